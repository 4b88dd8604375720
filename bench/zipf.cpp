#include "zipf.h"

#include "fnstore/error.h"

#include <algorithm>

namespace fnstore::bench {

Zipf::Zipf(std::size_t size) {
  if (size == 0) throw Error(Errc::invalid, "a zipf draw needs at least one function");
  cumulative_.reserve(size);
  double sum = 0;
  for (std::size_t rank = 1; rank <= size; ++rank) {
    sum += 1.0 / static_cast<double>(rank);
    cumulative_.push_back(sum);
  }
}

std::size_t Zipf::draw(Random& random) const noexcept {
  const double wanted = random.unit() * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, wanted);
  return static_cast<std::size_t>(found - cumulative_.begin());
}

}  // namespace fnstore::bench

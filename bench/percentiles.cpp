#include "percentiles.h"

#include "fnstore/error.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

namespace fnstore::bench {

Percentiles::Percentiles(std::vector<double> at, std::vector<double> values)
    : at_(std::move(at)), values_(std::move(values)) {
  const bool shares_rise =
      std::adjacent_find(at_.begin(), at_.end(), std::greater_equal<>{}) == at_.end();
  if (at_.size() < 2 || at_.size() != values_.size() || !shares_rise || at_.front() != 0.0 ||
      at_.back() != 1.0) {
    throw Error(Errc::invalid, "percentiles need as many values as shares, rising from 0 to 1");
  }
  if (!std::is_sorted(values_.begin(), values_.end())) {
    throw Error(Errc::invalid, "the values of the percentiles fall, they must rise or stay");
  }
}

double Percentiles::value(double share) const noexcept {
  const double wanted = std::clamp(share, 0.0, 1.0);
  const auto above = std::upper_bound(at_.begin() + 1, at_.end() - 1, wanted);
  const auto high = static_cast<std::size_t>(above - at_.begin());
  const double part = (wanted - at_[high - 1]) / (at_[high] - at_[high - 1]);
  return values_[high - 1] + part * (values_[high] - values_[high - 1]);
}

}  // namespace fnstore::bench

#pragma once

#include "random.h"

#include <cstddef>
#include <vector>

namespace fnstore::bench {

/// Draws 0 .. size-1, where k comes up in proportion to 1 / (k + 1).
class Zipf {
 public:
  /// Throws `invalid` when size is 0.
  explicit Zipf(std::size_t size);

  std::size_t draw(Random& random) const noexcept;

 private:
  std::vector<double> cumulative_;
};

}  // namespace fnstore::bench

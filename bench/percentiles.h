#pragma once

#include <vector>

namespace fnstore::bench {

/// A distribution known at a few points of its inverse CDF, straight lines in between.
class Percentiles {
 public:
  /// `at` rises strictly from 0 to 1, `values` never falls; both have the same size, at least 2.
  /// Throws `invalid` otherwise.
  Percentiles(std::vector<double> at, std::vector<double> values);

  /// The value below which the share `share` (0 to 1) of the distribution lies.
  double value(double share) const noexcept;

  double minimum() const noexcept { return values_.front(); }
  double maximum() const noexcept { return values_.back(); }

 private:
  std::vector<double> at_;
  std::vector<double> values_;
};

}  // namespace fnstore::bench

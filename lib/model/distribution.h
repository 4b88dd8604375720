#pragma once

#include "fnstore/statistics.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace fnstore {

/// Every value that was added, with how often: exact, in memory that grows with the number of
/// different values only. Small values are counted in place once there are many; others are
/// gathered, and sorted into what is known when enough have come.
class Distribution {
 public:
  void add(std::int64_t value, std::uint64_t times = 1) {
    if (value >= 0 && value < static_cast<std::int64_t>(counted_.size())) {
      counted_[static_cast<std::size_t>(value)] += times;
      return;
    }
    gathered_.emplace_back(value, times);
    if (gathered_.size() >= most_gathered_) settle();
  }
  void add(const Distribution& other);

  DurationSummary summary() const;

 private:
  using Entry = std::pair<std::int64_t, std::uint64_t>;  // a value, and how often

  static constexpr std::size_t first_gathered = 8'192;
  static constexpr std::size_t counted_values = 16'384;

  void settle();
  std::vector<Entry> entries() const;

  std::vector<std::uint64_t> counted_;  // index: value; empty while there are few
  std::vector<Entry> sorted_;           // rising, each value once
  std::vector<Entry> gathered_;         // any order, values may come again
  std::size_t most_gathered_ = first_gathered;
};

}  // namespace fnstore

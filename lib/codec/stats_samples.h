#pragma once

#include "codec/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fnstore::codec {

// What the writer and the reader of stats in columns have in common. Stored: never change.

inline constexpr std::uint8_t stats_in_columns = 2;  // the first byte; 0 and 1 begin a frame

enum TimePrediction : std::uint8_t {
  time_step = 0,  // as the sample before; the first: as the call's begin
  time_even = 1,  // sample k of n: begin + (end - begin) * k / n, k from 1
};

enum ValuePrediction : std::uint8_t {
  value_plain = 0,  // none: the value itself
  value_step = 1,   // as the metric's last value in the same call, 0 before the first
  value_sum = 2,    // as the sum of two other metrics of the same sample
};

/// The samples, which are numbered call by call, in the order of their values in a column: the
/// first of each call, then the second of each call that has one, and so on. Samples of one place
/// in their calls are more alike than those of one call.
/// `first_sample` has the first number of each call, and the end.
std::vector<std::uint32_t> column_order(std::span<const std::uint32_t> first_sample);

/// By metric the places of its values, in the order of their samples.
/// `set_of_sample` names the metrics of each sample, whose values stand one after the other.
std::vector<std::vector<std::uint32_t>> places_by_metric(
    std::span<const std::uint32_t> order, std::span<const std::uint32_t> set_of_sample,
    std::span<const std::uint32_t> first_value, std::span<const std::vector<std::uint32_t>> sets,
    std::size_t metrics);

/// begin + (end - begin) * k / n, without overflow for all times that a call may have.
inline std::uint64_t even_time(std::int64_t begin, std::int64_t end, std::size_t k,
                               std::size_t n) noexcept {
  const auto length = static_cast<std::int64_t>(static_cast<std::uint64_t>(end) -
                                                static_cast<std::uint64_t>(begin));
  const auto whole = length / static_cast<std::int64_t>(n) * static_cast<std::int64_t>(k);
  const auto rest = length % static_cast<std::int64_t>(n) * static_cast<std::int64_t>(k) /
                    static_cast<std::int64_t>(n);
  return static_cast<std::uint64_t>(begin) + static_cast<std::uint64_t>(whole + rest);
}

inline std::uint64_t zigzag_difference(std::uint64_t value, std::uint64_t from) noexcept {
  return zigzag(static_cast<std::int64_t>(value - from));
}

inline std::uint64_t add_difference(std::uint64_t from, std::uint64_t zigzagged) noexcept {
  return from + static_cast<std::uint64_t>(unzigzag(zigzagged));
}

}  // namespace fnstore::codec

#pragma once

#include "codec/call_entry.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::codec {

/// created_at of a block in few words: most calls lie in [near_min, near_max], the others are
/// told one by one. A few calls that are far off would else make the range of their block reach
/// over all time, and no time range could pass it over.
struct FarTimes {
  std::int64_t near_min = 0;
  std::int64_t near_max = 0;
  std::vector<std::int64_t>
      times;  // rising, at least one; a time that several calls have, as often

  friend bool operator==(const FarTimes&, const FarTimes&) = default;
};

/// How far a time lies above one that is not greater.
constexpr std::uint64_t time_above(std::int64_t time, std::int64_t below) noexcept {
  return static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(below);
}

/// Nothing where the calls of a block lie close enough together, which is the usual case and costs
/// next to nothing to find out.
std::optional<FarTimes> find_far_times(std::span<const CallEntry* const> calls);

/// `min_created` and `max_created` are those of all calls of the block. lib/FORMAT.md draws it.
std::string encode_far_times(const FarTimes& far, std::int64_t min_created,
                             std::int64_t max_created);
/// Throws `corrupt` for what encode_far_times() would not write.
FarTimes decode_far_times(std::string_view bytes, std::int64_t min_created,
                          std::int64_t max_created);

inline constexpr std::uint8_t far_times_version = 1;  // stored: never change

}  // namespace fnstore::codec

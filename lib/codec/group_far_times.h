#pragma once

#include "codec/far_times.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::codec {

/// Blocks of a group, by their place in it.
using BlockSet = std::bitset<256>;

/// The far times of a group's blocks together, each with the block it is in. Kept small: a time is
/// rounded down, to 1 ms where the group reaches over less than 50 days, so that find() may name a
/// block too many, and never one too few.
class GroupFarTimes {
 public:
  GroupFarTimes() = default;
  /// Reads block_groups.far_created of a group of so many blocks. Throws `corrupt`.
  GroupFarTimes(std::string_view bytes, std::int64_t min_created, std::int64_t max_created,
                std::size_t blocks);

  bool empty() const noexcept { return times_.empty(); }
  /// Where all other calls of the group lie.
  std::int64_t near_min() const noexcept { return near_min_; }
  std::int64_t near_max() const noexcept { return near_max_; }
  std::size_t memory() const noexcept { return times_.capacity() * 4 + blocks_.capacity(); }

  /// Whether a time lies strictly between the two.
  bool any_between(std::int64_t from, std::int64_t to) const;
  /// The blocks that have one.
  BlockSet blocks_between(std::int64_t from, std::int64_t to) const;

 private:
  struct Span {
    std::size_t begin, end;
  };
  Span between(std::int64_t from, std::int64_t to) const;

  std::int64_t near_min_ = 0;
  std::int64_t near_max_ = 0;
  std::int64_t base_ = 0;
  unsigned shift_ = 0;
  std::vector<std::uint32_t> times_;  // above base, rising
  std::vector<std::uint8_t> blocks_;  // of each time
};

/// A block as far as its group's far times are concerned.
struct BlockTimes {
  std::int64_t min_created = 0;
  std::int64_t max_created = 0;
  std::string far_created;  // call_blocks.far_created; empty: NULL
};

/// block_groups.far_created for these blocks in their order; empty (NULL) where none has any.
std::string encode_group_far_times(std::span<const BlockTimes> blocks);

inline constexpr std::uint8_t group_far_times_version = 1;  // stored: never change

}  // namespace fnstore::codec

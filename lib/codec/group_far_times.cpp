#include "codec/group_far_times.h"

#include "codec/block.h"
#include "codec/bytes.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace fnstore::codec {
namespace {

constexpr const char* what = "the far times of a group of blocks";
constexpr std::uint64_t most_kept = std::numeric_limits<std::uint32_t>::max();

}  // namespace

GroupFarTimes::GroupFarTimes(std::string_view bytes, std::int64_t min_created,
                             std::int64_t max_created, std::size_t blocks)
    : base_(min_created) {
  ByteReader in(bytes, what);
  if (in.byte() != group_far_times_version) in.fail("have an unknown version");
  const std::uint64_t width = time_above(max_created, min_created);
  while (width >> shift_ > most_kept) ++shift_;
  const std::uint64_t below = in.count(width);
  const std::uint64_t above = in.count(width);
  if (below + above > width) in.fail("leave no range for the others");
  near_min_ = min_created + static_cast<std::int64_t>(below);
  near_max_ = max_created - static_cast<std::int64_t>(above);
  const std::size_t count = in.count(block_calls_limit * BlockSet().size());
  if (count > in.remaining() / 2) in.fail("end too early");
  times_.reserve(count);
  blocks_.reserve(count);
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < count; ++i) {
    time += in.count(width - time);
    const std::uint8_t block = in.byte();
    if (block >= blocks) in.fail("name a block that is not there");
    times_.push_back(static_cast<std::uint32_t>(time >> shift_));
    blocks_.push_back(block);
  }
  if (in.remaining() != 0) in.fail("have bytes left over");
}

GroupFarTimes::Span GroupFarTimes::between(std::int64_t from, std::int64_t to) const {
  if (times_.empty() || to <= base_) return {0, 0};
  // As kept: equal ones may lie on either side.
  const std::uint64_t least = from < base_ ? 0 : time_above(from, base_) >> shift_;
  const std::uint64_t most = time_above(to, base_) >> shift_;
  if (least > most_kept) return {0, 0};
  const auto begin =
      std::lower_bound(times_.begin(), times_.end(), static_cast<std::uint32_t>(least));
  const auto end =
      std::upper_bound(begin, times_.end(), static_cast<std::uint32_t>(std::min(most, most_kept)));
  return {static_cast<std::size_t>(begin - times_.begin()),
          static_cast<std::size_t>(end - times_.begin())};
}

bool GroupFarTimes::any_between(std::int64_t from, std::int64_t to) const {
  const Span found = between(from, to);
  return found.begin < found.end;
}

BlockSet GroupFarTimes::blocks_between(std::int64_t from, std::int64_t to) const {
  const Span found = between(from, to);
  BlockSet blocks;
  for (std::size_t i = found.begin; i < found.end; ++i) blocks.set(blocks_[i]);
  return blocks;
}

std::string encode_group_far_times(std::span<const BlockTimes> blocks) {
  if (std::ranges::all_of(blocks, [](const BlockTimes& b) { return b.far_created.empty(); })) {
    return {};
  }
  std::int64_t min_created = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_created = std::numeric_limits<std::int64_t>::min();
  std::int64_t near_min = min_created;
  std::int64_t near_max = max_created;
  std::vector<std::pair<std::int64_t, std::size_t>> times;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const BlockTimes& block = blocks[i];
    min_created = std::min(min_created, block.min_created);
    max_created = std::max(max_created, block.max_created);
    FarTimes far{block.min_created, block.max_created, {}};
    if (!block.far_created.empty()) {
      far = decode_far_times(block.far_created, block.min_created, block.max_created);
    }
    near_min = std::min(near_min, far.near_min);
    near_max = std::max(near_max, far.near_max);
    for (const std::int64_t time : far.times) times.emplace_back(time, i);
  }
  std::sort(times.begin(), times.end());
  std::string bytes;
  put_byte(bytes, group_far_times_version);
  put_varint(bytes, time_above(near_min, min_created));
  put_varint(bytes, time_above(max_created, near_max));
  put_varint(bytes, times.size());
  std::int64_t last = min_created;
  for (const auto& [time, block] : times) {
    put_varint(bytes, time_above(time, last));
    put_byte(bytes, static_cast<std::uint8_t>(block));
    last = time;
  }
  return bytes;
}

}  // namespace fnstore::codec

#include "fnstore/error.h"

#include "codec/block.h"
#include "codec/far_times.h"
#include "codec/group_far_times.h"
#include "damage.h"
#include "random_calls.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;
using codec::BlockSet;
using codec::BlockTimes;
using codec::CallEntry;
using codec::FarTimes;
using codec::GroupFarTimes;

namespace {

constexpr std::int64_t start = 1'554'422'400'000;
constexpr std::int64_t day = 24LL * 3600 * 1000;

/// One call each 100 ms, and every `one_in` up to 30 days off.
std::vector<CallEntry> calls_with_far_times(Draw& draw, std::size_t count, std::uint64_t one_in) {
  std::vector<CallEntry> calls(count);
  for (std::size_t i = 0; i < count; ++i) {
    calls[i].created = start + static_cast<std::int64_t>(i) * 100;
    if (!draw.one_in(one_in)) continue;
    calls[i].created += static_cast<std::int64_t>(draw.below(60 * day)) - 30 * day;
  }
  return calls;
}

std::pair<std::int64_t, std::int64_t> range_of(const std::vector<CallEntry>& calls) {
  const auto [least, most] = std::minmax_element(
      calls.begin(), calls.end(),
      [](const CallEntry& a, const CallEntry& b) { return a.created < b.created; });
  return {least->created, most->created};
}

BlockTimes times_of(const std::vector<CallEntry>& calls) {
  const auto [least, most] = range_of(calls);
  const std::optional<FarTimes> far = codec::find_far_times(pointers(calls));
  return {least, most, far ? codec::encode_far_times(*far, least, most) : std::string()};
}

}  // namespace

TEST_CASE("a block tells its far times and where the others lie") {
  Draw draw(first_seed());
  for (const std::uint64_t one_in : {2, 4, 10, 100}) {
    CAPTURE(one_in);
    const std::vector<CallEntry> calls = calls_with_far_times(draw, 512, one_in * 3 / 2);
    const auto [least, most] = range_of(calls);
    const std::optional<FarTimes> far = codec::find_far_times(pointers(calls));
    REQUIRE(far);
    CHECK(far->near_max - far->near_min < day);
    std::vector<std::int64_t> outside;
    for (const CallEntry& call : calls) {
      if (call.created < far->near_min || call.created > far->near_max) {
        outside.push_back(call.created);
      }
    }
    std::sort(outside.begin(), outside.end());
    CHECK(far->times == outside);
    const std::string bytes = codec::encode_far_times(*far, least, most);
    CHECK(codec::decode_far_times(bytes, least, most) == *far);
    CHECK(bytes.size() <= 16 + 5 * outside.size());
  }
}

TEST_CASE("calls that lie close together, or evenly apart, have no far times") {
  Draw draw(first_seed());
  CHECK_FALSE(codec::find_far_times(pointers(calls_with_far_times(draw, 512, UINT64_MAX))));
  CHECK_FALSE(codec::find_far_times(pointers(calls_with_far_times(draw, 512, 1))));
  CHECK_FALSE(codec::find_far_times(pointers(calls_with_far_times(draw, 15, 4))));
  std::vector<CallEntry> same(512);
  CHECK_FALSE(codec::find_far_times(pointers(same)));
  same[99].created = start;
  CHECK(codec::find_far_times(pointers(same)));
}

TEST_CASE("the far times of a group name every block that has one in a range") {
  Draw draw(first_seed());
  std::vector<std::vector<CallEntry>> blocks;
  std::vector<BlockTimes> times;
  std::int64_t least = INT64_MAX;
  std::int64_t most = INT64_MIN;
  for (int i = 0; i < 128; ++i) {
    blocks.push_back(calls_with_far_times(draw, 100, i % 3 == 0 ? UINT64_MAX : 20));
    times.push_back(times_of(blocks.back()));
    least = std::min(least, times.back().min_created);
    most = std::max(most, times.back().max_created);
  }
  const std::string bytes = codec::encode_group_far_times(times);
  const GroupFarTimes group(bytes, least, most, blocks.size());
  CHECK(group.near_min() == start);
  for (int round = 0; round < 2'000; ++round) {
    const auto from = least - 5 + static_cast<std::int64_t>(draw.below(most - least + 9));
    const std::int64_t to = from + static_cast<std::int64_t>(draw.any_width() % (60 * day));
    const BlockSet found = group.blocks_between(from, to);
    CHECK(found.any() == group.any_between(from, to));
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const bool has = std::ranges::any_of(blocks[i], [&](const CallEntry& call) {
        const bool near = call.created >= group.near_min() && call.created <= group.near_max();
        return !near && call.created > from && call.created < to;
      });
      if (has && !found.test(i)) FAIL("block " << i << " was passed over in round " << round);
    }
  }
  const std::vector<BlockTimes> none(3, BlockTimes{start, start + 9, {}});
  CHECK(codec::encode_group_far_times(none).empty());
}

TEST_CASE("damaged far times are refused or are some far times") {
  Draw draw(first_seed());
  const std::vector<CallEntry> calls = calls_with_far_times(draw, 200, 9);
  const auto [least, most] = range_of(calls);
  const BlockTimes block = times_of(calls);
  REQUIRE_FALSE(block.far_created.empty());
  const auto check = [least = least, most = most](const std::string& bytes) {
    answers(1 << 20, [&] {
      const FarTimes far = codec::decode_far_times(bytes, least, most);
      CHECK(std::is_sorted(far.times.begin(), far.times.end()));
      CHECK((far.times.front() >= least && far.times.back() <= most));
    });
  };
  for_each_damage(block.far_created, draw, 2'000, check);
  const std::vector<BlockTimes> two{block, block};
  const std::string group = codec::encode_group_far_times(two);
  for_each_damage(group, draw, 2'000, [least = least, most = most](const std::string& bytes) {
    answers(1 << 20, [&] {
      const GroupFarTimes far(bytes, least, most, 2);
      CHECK((far.blocks_between(least - 1, most + 1) >> 2).none());
    });
  });
}

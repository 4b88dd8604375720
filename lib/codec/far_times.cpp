#include "codec/far_times.h"

#include "codec/block.h"
#include "codec/bytes.h"

#include <algorithm>
#include <array>

namespace fnstore::codec {
namespace {

constexpr const char* what = "the far times of a block";
constexpr std::size_t least_calls = 16;  // a smaller block is soon merged with others
constexpr std::size_t samples = 15;      // looked at before all are put in order
constexpr std::int64_t worthwhile = 16;  // times as wide all calls must lie as the near ones
constexpr std::int64_t near_widths = 2;  // times half the calls' width beside them is still near

/// Where the narrowest half of the times (rising) begins; it ends half as many further on.
std::size_t narrowest_half(std::span<const std::int64_t> times) {
  const std::size_t half = times.size() / 2;
  std::size_t best = 0;
  for (std::size_t i = 1; i + half < times.size(); ++i) {
    if (times[i + half] - times[i] < times[best + half] - times[best]) best = i;
  }
  return best;
}

/// Whether it is worth a closer look, by some of the calls: half of them lie much closer together
/// than all do.
bool may_be_far(std::span<const CallEntry* const> calls, std::int64_t width) {
  std::array<std::int64_t, samples> some{};
  for (std::size_t i = 0; i < samples; ++i) {
    some[i] = calls[i * (calls.size() - 1) / (samples - 1)]->created;
  }
  std::sort(some.begin(), some.end());
  const std::size_t half = narrowest_half(some);
  return width / worthwhile > some[half + samples / 2] - some[half];
}

}  // namespace

std::optional<FarTimes> find_far_times(std::span<const CallEntry* const> calls) {
  if (calls.size() < least_calls) return std::nullopt;
  const auto [least, most] = std::minmax_element(
      calls.begin(), calls.end(),
      [](const CallEntry* a, const CallEntry* b) { return a->created < b->created; });
  const std::int64_t width = (*most)->created - (*least)->created;
  if (!may_be_far(calls, width)) return std::nullopt;
  std::vector<std::int64_t> times;
  times.reserve(calls.size());
  for (const CallEntry* const call : calls) times.push_back(call->created);
  std::sort(times.begin(), times.end());
  const std::size_t begin = narrowest_half(times);
  const std::int64_t first = times[begin];
  const std::int64_t last = times[begin + times.size() / 2];
  const std::int64_t beside = near_widths * (last - first);
  FarTimes far;
  const auto near_begin = std::lower_bound(times.begin(), times.end(), first - beside);
  const auto near_end = std::upper_bound(times.begin(), times.end(), last + beside);
  far.near_min = *near_begin;
  far.near_max = *std::prev(near_end);
  if (width / worthwhile <= far.near_max - far.near_min) return std::nullopt;
  far.times.assign(times.begin(), near_begin);
  far.times.insert(far.times.end(), near_end, times.end());
  return far;
}

std::string encode_far_times(const FarTimes& far, std::int64_t min_created,
                             std::int64_t max_created) {
  std::string bytes;
  put_byte(bytes, far_times_version);
  put_varint(bytes, time_above(far.near_min, min_created));
  put_varint(bytes, time_above(max_created, far.near_max));
  put_varint(bytes, far.times.size());
  std::int64_t last = min_created;
  for (const std::int64_t time : far.times) {
    put_varint(bytes, time_above(time, last));
    last = time;
  }
  return bytes;
}

FarTimes decode_far_times(std::string_view bytes, std::int64_t min_created,
                          std::int64_t max_created) {
  ByteReader in(bytes, what);
  if (in.byte() != far_times_version) in.fail("have an unknown version");
  const std::uint64_t width = time_above(max_created, min_created);
  const auto within = [&](std::uint64_t above, std::int64_t from) {
    if (above > width || from + static_cast<std::int64_t>(above) > max_created) {
      in.fail("lie outside the block's range");
    }
    return from + static_cast<std::int64_t>(above);
  };
  FarTimes far;
  far.near_min = within(in.varint(), min_created);
  far.near_max = max_created - (within(in.varint(), min_created) - min_created);
  if (far.near_max < far.near_min) in.fail("leave no range for the others");
  far.times.resize(in.count(block_calls_limit));
  if (far.times.empty()) in.fail("are none");
  std::int64_t last = min_created;
  for (std::int64_t& time : far.times) {
    time = last = within(in.varint(), last);
    if (time >= far.near_min && time <= far.near_max) in.fail("are not far");
  }
  if (in.remaining() != 0) in.fail("have bytes left over");
  return far;
}

}  // namespace fnstore::codec

#include "random_calls.h"

#include "fnstore/call_id.h"
#include "fnstore/limits.h"
#include "fnstore/timestamp.h"

#include "codec/stats_blob.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <set>

using namespace fnstore;
using codec::CallEntry;

namespace {

constexpr std::uint64_t usual_ms = 1'554'422'700'250;
constexpr std::int64_t earliest = earliest_timestamp.time_since_epoch().count();
constexpr std::int64_t latest = latest_timestamp.time_since_epoch().count();

std::string foreign_id(Draw& draw) {
  switch (draw.below(4)) {
    case 0:
      return fmt::format("{:x}", draw.below(100'000));
    case 1:
      return std::string(1 + draw.below(200), 'p') + fmt::format("{}", draw.below(100'000));
    case 2:
      return fmt::format("job/{:08}/é", draw.below(1'000'000));
    default:
      return draw.word() + fmt::format("{:016x}", draw.any());
  }
}

class IdSource {
 public:
  IdSource(Draw& draw, Ids kind) : draw_(draw), kind_(kind) {}

  std::string next() {
    time_ += kind_ == Ids::same_time ? 0 : draw_.below(50);
    switch (kind_) {
      case Ids::many_machines:
        return format_call_id({time_, draw_.below(300) << draw_.below(40), number()});
      case Ids::any_bits:
        return format_call_id({draw_.any() >> 16, draw_.any() >> 16, number(draw_.any())});
      case Ids::foreign:
        return foreign_id(draw_);
      case Ids::mixed:
        if (draw_.one_in(3)) return foreign_id(draw_);
        break;
      default:
        break;
    }
    return format_call_id({time_, draw_.one_in(20) ? 7U : 0xffff'ffff'ffffU, number()});
  }

 private:
  std::uint32_t number() {
    if (kind_ == Ids::wrapping && draw_.one_in(10)) counter_ = 0xffff'fff0U;
    return ++counter_;
  }
  static std::uint32_t number(std::uint64_t bits) { return static_cast<std::uint32_t>(bits); }

  Draw& draw_;
  Ids kind_;
  std::uint64_t time_ = usual_ms;
  std::uint32_t counter_ = 0;
};

std::int64_t wild_time(Draw& draw) {
  switch (draw.below(4)) {
    case 0:
      return earliest + static_cast<std::int64_t>(draw.below(3));
    case 1:
      return latest - static_cast<std::int64_t>(draw.below(3));
    case 2:
      return -static_cast<std::int64_t>(draw.below(2'000));
    default:
      return earliest +
             static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(latest - earliest)));
  }
}

void set_times(Draw& draw, CallEntry& call, std::size_t index, bool wild) {
  if (wild) {
    call.created = wild_time(draw);
    if (!draw.one_in(3)) call.started = wild_time(draw);
    if (!draw.one_in(3)) call.completed = wild_time(draw);
    return;
  }
  call.created = static_cast<std::int64_t>(usual_ms + 40 * index + draw.below(30));
  if (!draw.one_in(9)) call.started = call.created + static_cast<std::int64_t>(draw.below(100));
  call.completed = call.created + 100 + static_cast<std::int64_t>(draw.below(60'000));
}

void set_texts(Draw& draw, CallEntry& call, bool wild) {
  if (wild) {
    if (!draw.one_in(3)) call.trigger_id = draw.word();
    if (call.status != Status::success) call.error = draw.bytes(draw.below(300));
    return;
  }
  static const char* const errors[] = {"", "timeout", "killed", "bad_exit: status 1"};
  if (call.status != Status::success) call.error = errors[draw.below(4)];
  if (draw.one_in(5)) call.trigger_id = fmt::format("trigger-{}", draw.below(3));
}

}  // namespace

std::string Draw::bytes(std::size_t size) {
  std::string made(size, '\0');
  for (char& byte : made) byte = static_cast<char>(any());
  return made;
}

std::string Draw::word() {
  std::string made(1 + below(12), 'a');
  for (char& letter : made) letter = static_cast<char>('a' + below(26));
  return made;
}

std::vector<std::string> random_ids(Draw& draw, Ids kind, std::size_t count) {
  IdSource source(draw, kind);
  std::set<std::string> ids;
  while (ids.size() < count) ids.insert(source.next());
  return {ids.begin(), ids.end()};
}

std::vector<CallEntry> random_calls(Draw& draw, const std::vector<std::string>& ids, bool wild) {
  std::vector<CallEntry> calls;
  std::uint64_t detail = 1'000;
  std::uint64_t log = 500;
  for (const std::string& id : ids) {
    CallEntry call;
    call.id = id;
    call.status = static_cast<Status>(draw.one_in(5) ? 3 + draw.below(3) : 3);
    call.type = static_cast<CallType>(draw.below(call_type_count));
    call.app_no = static_cast<std::uint32_t>(wild ? draw.any_width() : draw.below(4));
    set_times(draw, call, calls.size(), wild);
    set_texts(draw, call, wild);
    if (draw.one_in(4)) call.stats = codec::encode_stats(random_stats(draw, 4));
    if (draw.one_in(2)) call.detail_no = wild ? 1 + draw.any_width() / 4 : ++detail;
    if (draw.one_in(3)) call.log_no = wild ? 1 + draw.any_width() / 4 : ++log;
    if (draw.one_in(9)) call.log_no = codec::empty_log_no;
    calls.push_back(std::move(call));
  }
  return calls;
}

std::vector<const CallEntry*> pointers(const std::vector<CallEntry>& calls) {
  std::vector<const CallEntry*> all;
  for (const CallEntry& call : calls) all.push_back(&call);
  return all;
}

Stats random_stats(Draw& draw, std::size_t most_samples) {
  Stats stats;
  std::int64_t at = draw.one_in(10) ? earliest : static_cast<std::int64_t>(usual_ms);
  const std::size_t samples = draw.below(most_samples + 1);
  const bool many = draw.one_in(20);
  for (std::size_t i = 0; i < samples; ++i) {
    Sample sample;
    sample.timestamp = Timestamp(std::chrono::milliseconds(at));
    const std::size_t metrics = draw.below(many ? limits::metrics_per_sample + 1 : 5);
    while (sample.metrics.size() < metrics) {
      const std::string name = many ? draw.word() : std::string(1 + draw.below(8), 'm');
      sample.metrics[name] = draw.any_width();
    }
    stats.push_back(std::move(sample));
    at += static_cast<std::int64_t>(draw.below(2'000));
  }
  if (!stats.empty() && draw.one_in(10)) stats.back().timestamp = latest_timestamp;
  return stats;
}

std::uint64_t first_seed() {
  const char* const given = std::getenv("FNSTORE_SEED");
  return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

#include "fnstore/call_id.h"

#include "trace_day.h"
#include "trace_files.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;
using namespace fnstore::bench;
using namespace std::chrono_literals;

namespace {

const Timestamp day_start = parse_rfc3339("2019-07-15T00:00:00Z");

std::vector<Call> calls_of(const TraceDay& day, std::uint64_t seed, std::size_t samples = 0) {
  const CallPlan plan = plan_trace(day, day_start, seed);
  std::vector<Call> calls(plan.calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) make_call(plan, plan.calls[i], samples, calls[i]);
  return calls;
}

TraceDay tiny_day() {
  const TraceFiles files;
  return read_trace(files.prefix());
}

}  // namespace

TEST_CASE("every function has exactly its calls in every minute") {
  TraceDay day = tiny_day();
  day.functions[2].calls_per_minute = {60'000, 0, 60'000};  // some in a minute's first and last ms
  std::map<std::pair<std::string, std::int64_t>, std::uint32_t> found;
  for (const Call& call : calls_of(day, 1)) {
    const auto minute = (*call.created_at - day_start) / std::chrono::minutes{1};
    ++found[{call.fn_id, minute}];
  }
  std::map<std::pair<std::string, std::int64_t>, std::uint32_t> expected;
  for (const TraceFunction& function : day.functions) {
    std::int64_t minute = 0;
    for (const std::uint32_t count : function.calls_per_minute) {
      if (count != 0) expected[{function.fn_id, minute}] = count;
      ++minute;
    }
  }
  CHECK(found == expected);
}

TEST_CASE("the calls of a minute are spread over all of it") {
  std::set<std::int64_t> hundredths;
  for (const Call& call : calls_of(tiny_day(), 1)) {
    if (call.fn_id != "busy" || *call.created_at >= day_start + 1min) continue;
    hundredths.insert((*call.created_at - day_start) / 600ms);
  }
  CHECK(hundredths.size() == 100);
}

TEST_CASE("run times keep to the percentiles") {
  const TraceDay day = tiny_day();
  std::size_t busy_below_median = 0;
  for (const Call& call : calls_of(day, 1)) {
    const double ran = static_cast<double>((*call.completed_at - *call.started_at).count());
    const auto& function = call.fn_id == "resize" ? day.functions[0]
                           : call.fn_id == "mail" ? day.functions[1]
                                                  : day.functions[2];
    CHECK(ran >= function.run_ms.minimum());
    CHECK(ran <= function.run_ms.maximum());
    const auto waited = *call.started_at - *call.created_at;
    CHECK(waited >= 1ms);
    CHECK(waited <= 8ms);
    if (call.fn_id == "busy" && ran < 30) ++busy_below_median;
  }
  CHECK(busy_below_median > 400);  // half of 900, four standard deviations off at most
  CHECK(busy_below_median < 510);
}

TEST_CASE("calls come in the order of their completion, ids rise with their creation") {
  const std::vector<Call> calls = calls_of(tiny_day(), 1);
  REQUIRE(calls.size() == 913);
  std::map<std::string, Timestamp> created_by_id;
  bool overtaken = false;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i > 0) CHECK(*calls[i - 1].completed_at <= *calls[i].completed_at);
    if (i > 0) overtaken = overtaken || *calls[i - 1].created_at > *calls[i].created_at;
    CHECK(created_by_id.emplace(calls[i].id, *calls[i].created_at).second);
    const auto parts = parse_call_id(calls[i].id);
    REQUIRE(parts);
    CHECK(Timestamp{std::chrono::milliseconds{parts->milliseconds}} == *calls[i].created_at);
  }
  CHECK(overtaken);
  std::uint32_t counter = 0;
  Timestamp last = day_start;
  for (const auto& [id, created_at] : created_by_id) {
    CHECK(parse_call_id(id)->counter == counter++);
    CHECK(created_at >= last);
    last = created_at;
  }
}

TEST_CASE("a seed gives the same calls again, another seed others") {
  const TraceDay day = tiny_day();
  CHECK(calls_of(day, 7, 2) == calls_of(day, 7, 2));
  const auto run_times = [&](std::uint64_t seed) {
    std::vector<std::chrono::milliseconds> runs;
    for (const Call& call : calls_of(day, seed)) {
      runs.push_back(*call.completed_at - *call.started_at);
    }
    return runs;
  };
  CHECK_FALSE(run_times(7) == run_times(8));
}

TEST_CASE("about one call in a hundred fails, and says why") {
  TraceDay day = tiny_day();
  day.functions[2].calls_per_minute = {20'000, 20'000, 0};
  std::map<std::string, std::size_t> errors;
  std::size_t failed = 0;
  for (const Call& call : calls_of(day, 3)) {
    REQUIRE(is_finished(call.status));
    REQUIRE((call.status == Status::error) == !call.error.empty());
    if (call.status != Status::error) continue;
    ++errors[call.error];
    ++failed;
  }
  CHECK(failed > 320);
  CHECK(failed < 480);
  CHECK(errors.size() == failure_texts().size());
}

TEST_CASE("stats take their memory from the trace") {
  for (const Call& call : calls_of(tiny_day(), 1, 3)) {
    REQUIRE(call.stats.size() == 3);
    Timestamp last = *call.started_at;
    for (const Sample& sample : call.stats) {
      CHECK(sample.metrics.size() == 6);
      CHECK(sample.timestamp >= last);
      last = sample.timestamp;
      const std::uint64_t mebibytes = sample.metrics.at("mem_usage") >> 20;
      CHECK(mebibytes >= (call.app_id == "images" ? 100 : 20));
      CHECK(mebibytes <= (call.app_id == "images" ? 300 : 20));
      CHECK(sample.metrics.at("mem_usage") <= sample.metrics.at("mem_limit"));
    }
    CHECK(last == *call.completed_at);
  }
}

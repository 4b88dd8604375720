#include "fnstore/limits.h"
#include "fnstore/statistics.h"

#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <algorithm>
#include <random>

using namespace fnstore;

namespace {

Call timed(std::string_view fn_id, std::int64_t n, std::int64_t wait, std::int64_t run) {
  Call call = done(fn_id, id_at(n), at(n));
  call.started_at = at(n + wait);
  call.completed_at = at(n + wait + run);
  return call;
}

}  // namespace

TEST_CASE("statistics of nothing are zeros") {
  FreshStore history = fresh_store();
  const Statistics statistics = history->statistics({.by = GroupBy::app, .timeline_points = 10});
  CHECK(statistics.all == CallSummary{});
  CHECK(statistics.groups.empty());
  CHECK(statistics.reasons.empty());
  CHECK(statistics.timeline.empty());
  CHECK(statistics.all.error_rate() == 0);
}

TEST_CASE("percentiles equal those of the sorted durations") {
  FreshStore history = fresh_store();
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::lognormal_distribution<double> durations(5, 3);
  std::vector<Call> calls;
  std::vector<std::int64_t> sorted;
  for (int n = 0; n < 3'000; ++n) {
    const auto run = static_cast<std::int64_t>(durations(random));
    calls.push_back(timed("fn", n, n % 7, run));
    sorted.push_back(run);
  }
  history.seed(calls);
  std::sort(sorted.begin(), sorted.end());
  const DurationSummary run = history->statistics({}).all.run;
  CHECK(run.calls == 3'000);
  CHECK(run.p50 == sorted[1'499]);
  CHECK(run.p90 == sorted[2'699]);
  CHECK(run.p99 == sorted[2'969]);
  CHECK(run.max == sorted.back());
  CHECK(history->statistics({}).all.wait.max == 6);
}

TEST_CASE("durations that are not known are not counted") {
  FreshStore history = fresh_store();
  Call never_started = done("fn", "a");
  never_started.started_at.reset();
  history.insert(never_started);
  history.insert(call_in(Status::running, "fn", "b"));
  history.insert(call_in(Status::queued, "fn", "c"));
  const Statistics statistics = history->statistics({});
  CHECK(statistics.all.calls() == 3);
  CHECK(statistics.all.run.calls == 0);
  CHECK(statistics.all.wait.calls == 1);
}

TEST_CASE("groups, reasons and error rate") {
  FreshStore history = fresh_store();
  int n = 0;
  const auto add = [&](std::string_view fn_id, Status status, std::string error) {
    Call call = call_in(status, fn_id, "id " + std::to_string(++n));
    call.error = std::move(error);
    call.app_id = fn_id == "f" ? "app" : "";
    history.insert(call);
  };
  add("f", Status::success, "");
  add("f", Status::error, "timeout");
  add("f", Status::error, "timeout: after 10 s");
  add("g", Status::error, "bad_exit: status 3");
  add("g", Status::cancelled, "killed: by hand");
  add("g", Status::error, "cannot read\nline 2");
  add("g", Status::error, "");
  const Statistics statistics = history->statistics({.by = GroupBy::function});
  CHECK(statistics.all.error_rate() == 5.0 / 7.0);
  REQUIRE(statistics.groups.size() == 2);
  CHECK(statistics.groups[0].key == "f");
  CHECK(statistics.groups[0].count(Status::error) == 2);
  CHECK(statistics.groups[1].calls() == 4);
  const std::vector<ErrorReason> reasons{
      {"timeout", 2}, {"", 1}, {"bad_exit", 1}, {"cannot read", 1}, {"killed", 1}};
  CHECK(statistics.reasons == reasons);
  const Statistics by_app = history->statistics({.by = GroupBy::app});
  REQUIRE(by_app.groups.size() == 2);
  CHECK(by_app.groups[0].key.empty());
  CHECK(by_app.groups[1].key == "app");
  CHECK(history->statistics({.filter = {.fn_id = "g"}}).all.calls() == 4);
  CHECK(history->statistics({.filter = {.fn_id = "unknown"}}).all.calls() == 0);
}

TEST_CASE("a timeline covers all calls in natural steps, in no more points than asked for") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 300));
  for (const std::size_t points : {1, 2, 7, 60, 301, 10'000}) {
    const Statistics statistics = history->statistics({.timeline_points = points});
    INFO(points);
    REQUIRE_FALSE(statistics.timeline.empty());
    CHECK(statistics.timeline.size() <= points);
    std::uint64_t calls = 0;
    for (const TimelinePoint& point : statistics.timeline) calls += point.calls;
    CHECK(calls == 300);
  }
  const Statistics statistics = history->statistics({.timeline_points = 60});
  CHECK(statistics.timeline_step == std::chrono::seconds(5));
  CHECK(statistics.timeline.front().from == at(0));
  CHECK(statistics.timeline.front().calls == 5);
  CHECK_THAT(
      refusal([&] { history->statistics({.timeline_points = limits::timeline_points + 1}); }),
      Catch::StartsWith("invalid: "));
}

TEST_CASE("a timeline reaches back to the first legal time") {
  FreshStore history = fresh_store();
  history.insert(done("fn", "a", earliest_timestamp));
  history.insert(done("fn", "b", latest_timestamp));
  for (const std::size_t points : {std::size_t{1}, std::size_t{2}, std::size_t{60}}) {
    const Statistics statistics = history->statistics({.timeline_points = points});
    REQUIRE(!statistics.timeline.empty());
    CHECK(statistics.timeline.size() <= points);
    CHECK(statistics.timeline.front().calls >= 1);
    for (const TimelinePoint& point : statistics.timeline) {
      CHECK(point.from >= earliest_timestamp);
      CHECK(point.from <= latest_timestamp);
    }
  }
}

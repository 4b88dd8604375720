#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <chrono>
#include <fmt/format.h>
#include <limits>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

Stats with_gap() {
  Stats stats = samples_each_second(300);
  for (std::size_t i = 150; i < stats.size(); ++i) stats[i].timestamp += 20min;
  return stats;
}

}  // namespace

TEST_CASE("more than 240 samples are merged when a call is inserted") {
  FreshStore history = fresh_store();
  const Status status = GENERATE(Status::running, Status::success);
  const auto stored = [&](const char* id, const Stats& stats) {
    Call call = call_in(status, "fn", id);
    call.stats = stats;
    history.insert(call);
    const Stats kept = history->get(call.key()).stats;
    CHECK(history->list({.fn_id = "fn", .per_page = 1}).items.at(0).stats == kept);
    CHECK(kept == merge_samples(stats));
    return kept;
  };
  CHECK(stored("1", samples_each_second(240)) == samples_each_second(240));
  CHECK(stored("2", samples_each_second(241)).size() == 240);
  const Stats even = stored("3", samples_each_second(480));
  REQUIRE(even.size() == 240);
  CHECK(even[0] == Sample{at(0), {{"n", 0}}});
  CHECK(even[1] == Sample{at(2'000), {{"n", 2}}});
  CHECK(even[239] == Sample{at(478'000), {{"n", 478}}});
  CHECK(stored("4", with_gap()).size() == 49);
}

TEST_CASE("more than 240 samples are merged when a call takes a step") {
  FreshStore history = fresh_store();
  history.insert(call_in(Status::running, "fn", "a"));
  const Call ended = history.transition({"fn", "a"}, {.to = Status::success, .stats = with_gap()});
  CHECK(ended.stats.size() == 49);
  CHECK(history->get({"fn", "a"}) == ended);
  history.insert(call_in(Status::queued, "fn", "b"));
  CHECK(history.transition({"fn", "b"}, {.to = Status::running, .stats = samples_each_second(480)})
            .stats.size() == 240);
  CHECK(history->get({"fn", "b"}).stats == merge_samples(samples_each_second(480)));
}

TEST_CASE("stats of many calls of a function stay with their calls") {
  FreshStore history = fresh_store();
  std::vector<Call> calls = done_each_second("fn", 300);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i].stats = samples_each_second(i % 13);
    for (Sample& sample : calls[i].stats) sample.metrics["mine"] = i;
    if (i % 50 == 7) calls[i].stats = samples_each_second(200 + i % 41);
  }
  SECTION("one by one and packed later") {
    history.seed(calls);
  }
  SECTION("at once") {
    history.insert(calls);
  }
  for (const Call& call : calls) CHECK(history->get(call.key()) == call);
  const std::vector<Call> listed = walk(*history, {.fn_id = "fn", .per_page = 23});
  REQUIRE(listed.size() == calls.size());
  for (std::size_t i = 0; i < listed.size(); ++i) CHECK(listed[i] == calls[299 - i]);
}

TEST_CASE("samples may share a moment, lack metrics and hold the greatest values") {
  FreshStore history = fresh_store();
  Call call = done("fn", "id");
  constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();
  call.stats = {{earliest_timestamp, {}},
                {at(0), {{"a", greatest}, {"b", 0}}},
                {at(0), {{"b", greatest - 1}, {"\u00e9", 1}}},
                {at(0), {}},
                {latest_timestamp, {{std::string(1, '\0'), 5}, {"A", 1}}}};
  history.insert(call);
  CHECK(history->get(call.key()) == call);
}

// Statistics by hour of a history with more calls and hours than are summed up at once.

#include "fnstore/call_id.h"
#include "fnstore/statistics.h"
#include "fnstore/store.h"

#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t all_calls = 600'000;
constexpr std::uint32_t calls_an_insert = 50'000;
constexpr std::chrono::milliseconds between_calls = 2'400ms;  // so 400 hours
constexpr std::int64_t first_ms = 1'554'422'700'250;          // 2019-04-05T00:05:00.250Z

Call call_number(std::uint32_t number) {
  const auto at = std::chrono::milliseconds(first_ms) + number * between_calls;
  Call call;
  call.fn_id = number % 16 == 0 ? "rare" : "often";
  call.id = format_call_id({static_cast<std::uint64_t>(at.count()), 1, number});
  call.status = number % 10 == 0 ? Status::error : Status::success;
  if (call.status == Status::error) call.error = "bad_exit: 1";
  call.created_at = Timestamp(at);
  call.started_at = *call.created_at + std::chrono::milliseconds(number % 7);
  call.completed_at = *call.started_at + std::chrono::milliseconds(number % 70'001);
  return call;
}

}  // namespace

TEST_CASE("every hour of a long history is summed up as if it were asked for alone") {
  const ScratchFolder folder;
  Store store = Store::open(folder.path("history.db"), quiet_options());
  std::vector<Call> calls;
  for (std::uint32_t number = 0; number < all_calls; ++number) {
    calls.push_back(call_number(number));
    if (calls.size() == calls_an_insert) store.insert(std::exchange(calls, {}));
  }
  const Call waiting = waiting_call("often", 700'000);  // a row, 200 hours after the first call
  store.insert(waiting);

  const Statistics together = store.statistics({.timeline_points = 100});
  std::pair<std::uint64_t, std::uint64_t> progress;
  const Statistics by_hour = store.statistics(
      {.by = GroupBy::hour, .timeline_points = 100, .progress = [&](auto done, auto total) {
         progress = {done, total};
       }});
  CHECK(by_hour.all == together.all);
  CHECK(by_hour.reasons == together.reasons);
  CHECK(by_hour.timeline == together.timeline);
  CHECK(progress.second == all_calls + 1);
  CHECK(progress.first <= progress.second);

  REQUIRE(by_hour.groups.size() == 401);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < by_hour.groups.size(); ++i) {
    const CallSummary& hour = by_hour.groups[i];
    sum += hour.calls();
    if (i > 0) {
      CHECK(by_hour.groups[i - 1].key < hour.key);
    }
    if (i % 7 != 0) continue;
    const Timestamp from = parse_rfc3339(hour.key);
    CallSummary alone =
        store.statistics({.filter = {.from_time = from - 1ms, .to_time = from + 1h}}).all;
    alone.key = hour.key;
    CHECK(alone == hour);
  }
  CHECK(sum == all_calls + 1);
}

// The view `recent_calls`, as any SQLite tool reads it.

#include "fnstore/store.h"

#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

constexpr const char* all_columns =
    "SELECT id, fn_id, app_id, app_name, trigger_id, type, status, error, created_at, started_at, "
    "completed_at FROM recent_calls ORDER BY fn_id, id";

std::string time_text(const std::optional<Timestamp>& time) {
  return time ? format_rfc3339(*time) : "NULL";
}

RawDatabase::Row expected_row(const Call& call) {
  return {call.id,
          call.fn_id,
          call.app_id,
          call.app_name,
          call.trigger_id,
          std::string(to_string(call.type)),
          std::string(to_string(call.status)),
          call.error,
          time_text(call.created_at),
          time_text(call.started_at),
          time_text(call.completed_at)};
}

std::vector<RawDatabase::Row> expected_rows(std::vector<Call> calls) {
  std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return a.fn_id != b.fn_id ? a.fn_id < b.fn_id : a.id < b.id;
  });
  std::vector<RawDatabase::Row> rows;
  for (const Call& call : calls) rows.push_back(expected_row(call));
  return rows;
}

Call call_at(std::int64_t created_ms, std::uint32_t n) {
  Call call = sample_call("times", n);
  call.created_at = Timestamp(milliseconds(created_ms));
  call.started_at = n % 2 == 0 ? call.created_at : std::nullopt;
  call.completed_at.reset();
  return call;
}

/// Calls at every kind of time: before 1970, on and beside whole seconds, and the outermost.
std::vector<Call> calls_at_odd_times() {
  std::vector<Call> calls;
  std::uint32_t n = 0;
  for (const std::int64_t at :
       {-1LL, 0LL, 1LL, -999LL, -1'000LL, -1'001LL, 999LL, 1'000LL, -86'400'000LL, -86'399'999LL,
        951'782'400'000LL, -12'219'292'800'001LL, 1'554'422'700'250LL}) {
    calls.push_back(call_at(at, ++n));
  }
  calls.push_back(call_at(earliest_timestamp.time_since_epoch().count(), ++n));
  calls.push_back(call_at(latest_timestamp.time_since_epoch().count(), ++n));
  return calls;
}

std::vector<Call> calls_of_all_kinds() {
  std::vector<Call> calls = calls_at_odd_times();
  for (std::uint32_t n = 0; n < 60; ++n) calls.push_back(sample_call("f", n));
  for (std::uint32_t n = 0; n < 30; ++n) calls.push_back(foreign_call("été", n));
  for (std::uint32_t n = 0; n < 9; ++n) {
    calls.push_back(waiting_call("w", n, static_cast<Status>(n % 3)));
  }
  return calls;
}

}  // namespace

TEST_CASE("recent_calls has the rows, texts and times of every call not packed") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, quiet_options());
  std::vector<Call> calls = calls_of_all_kinds();
  for (const Call& call : calls) store.insert(call);
  RawDatabase raw(path);
  CHECK(raw.rows(all_columns) == expected_rows(calls));

  SECTION("after changes and deletions") {
    const auto last = std::find_if(calls.rbegin(), calls.rend(),
                                   [](const Call& call) { return call.status == Status::running; });
    *last = store.transition(last->key(), {.to = Status::error, .error = "it's \"broken\""});
    store.remove(calls.front().key());
    calls.erase(calls.begin());
    CHECK(raw.rows(all_columns) == expected_rows(calls));
  }
  SECTION("after packing, only those that are not finished") {
    store.pack();
    std::erase_if(calls, [](const Call& call) { return is_finished(call.status); });
    CHECK(calls.size() == 9);
    CHECK(raw.rows(all_columns) == expected_rows(calls));
  }
  SECTION("what comes after packing") {
    store.pack();
    std::erase_if(calls, [](const Call& call) { return is_finished(call.status); });
    calls.push_back(sample_call("f", 900));
    store.insert(calls.back());
    store.put_log({"f", sample_call("f", 3).id}, "a log of a packed call");
    store.remove({"f", sample_call("f", 4).id});
    CHECK(raw.rows(all_columns) == expected_rows(calls));
  }
}

TEST_CASE("a call is in recent_calls or in a block at any moment, never in both or none") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  constexpr std::int64_t calls = 40'000;
  Store store = Store::open(path, quiet_options());
  for (std::uint32_t n = 0; n < calls; n += 50) {
    std::vector<Call> some;
    for (std::uint32_t i = n; i < n + 50; ++i) some.push_back(sample_call("f", i * 7 % calls));
    store.insert(some);
  }
  std::atomic<bool> all_packed{false};
  std::thread packing([&] {
    store.pack();
    all_packed = true;
  });
  RawDatabase raw(path);
  int looks = 0;
  std::set<std::string> moments;
  std::int64_t wrong = 0;
  while (!all_packed) {
    const auto sums = raw.rows(
        "SELECT (SELECT count(*) FROM recent_calls), (SELECT coalesce(sum(calls), 0) FROM "
        "call_blocks), (SELECT count(*) FROM (SELECT id FROM recent_calls GROUP BY id))");
    const std::int64_t recent = std::stoll(sums[0][0]);
    if (recent + std::stoll(sums[0][1]) != calls || std::stoll(sums[0][2]) != recent) ++wrong;
    moments.insert(sums[0][1]);
    ++looks;
  }
  packing.join();
  INFO(looks << " looks");
  CHECK(wrong == 0);
  CHECK(moments.size() >= 2);  // or nothing was seen of the packing
  CHECK(raw.number("SELECT count(*) FROM recent_calls") == 0);
  CHECK(raw.number("SELECT sum(calls) FROM call_blocks") == calls);
}

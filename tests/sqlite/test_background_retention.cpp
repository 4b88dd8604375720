// A retention policy, applied by stores that are open.

#include "fnstore/retention.h"
#include "fnstore/store.h"

#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

class MovedClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp(std::chrono::milliseconds(now_.load())); }
  void set(Timestamp now) { now_ = now.time_since_epoch().count(); }

 private:
  std::atomic<std::int64_t> now_{0};
};

bool becomes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 1'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

StoreOptions applying(const Clock& clock) {
  StoreOptions options = quiet_options();
  options.background_packing = true;
  options.retention_interval = 20ms;
  options.clock = &clock;
  return options;
}

std::vector<Call> calls_of(const Store& store, const std::string& fn_id) {
  return walk(store, {.fn_id = fn_id});
}

}  // namespace

TEST_CASE("the most special rule decides, as time goes by") {
  const ScratchFolder folder;
  MovedClock clock;
  clock.set(*sample_call("f", 100).created_at);
  Store store = Store::open(folder.path("history.db"), applying(clock));
  for (const char* const fn_id : {"f", "g", "good"}) {
    store.insert(sample_records(fn_id, 0, 100), OnConflict::error);
  }
  std::size_t errors_of_g = walk(store, {.fn_id = "g", .status = {Status::error}}).size();
  REQUIRE(errors_of_g > 5);
  store.set_retention_policy({{{"", std::nullopt, 50s, std::nullopt},
                               {"", Status::error, 20s, std::nullopt},
                               {"g", Status::error, std::nullopt, 5},
                               {"good", std::nullopt, std::nullopt, std::nullopt}},
                              std::nullopt});
  const Timestamp half = *sample_call("f", 50).created_at;
  const Timestamp late = *sample_call("f", 80).created_at;
  CHECK(becomes_true([&] {
    return walk(store, {.fn_id = "f", .to_time = half}).empty() &&
           walk(store, {.fn_id = "f", .to_time = late, .status = {Status::error}}).empty() &&
           walk(store, {.fn_id = "g", .status = {Status::error}}).size() == 5;
  }));
  CHECK(calls_of(store, "good").size() == 100);
  CHECK_FALSE(walk(store, {.fn_id = "f", .status = {Status::success}}).empty());
  clock.set(*sample_call("f", 1'000).created_at);
  CHECK(becomes_true(
      [&] { return calls_of(store, "f").empty() && calls_of(store, "g").size() == 5; }));
  CHECK(calls_of(store, "good").size() == 100);
}

TEST_CASE("a store that only packs by hand applies no policy, and another one does") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  MovedClock clock;
  clock.set(*sample_call("f", 1'000).created_at);
  Store quiet = Store::open(path, quiet_options());
  quiet.insert(sample_records("f", 0, 40), OnConflict::error);
  quiet.set_retention_policy({{{"", std::nullopt, 1s, std::nullopt}}, std::nullopt});
  std::this_thread::sleep_for(200ms);
  CHECK(calls_of(quiet, "f").size() == 40);
  const Store other = Store::open(path, applying(clock));
  CHECK(becomes_true([&] { return calls_of(quiet, "f").empty(); }));
}

TEST_CASE("a policy keeps the file at a size") {
  const ScratchFolder folder;
  MovedClock clock;
  clock.set(*sample_call("f", 0).created_at);
  Store store = Store::open(folder.path("history.db"), applying(clock));
  store.set_retention_policy({{}, 1'000'000});
  for (std::uint32_t n = 0; n < 120'000; n += 20'000) {
    std::vector<Call> calls;
    for (std::uint32_t i = n; i < n + 20'000; ++i) calls.push_back(sample_call("f", i));
    store.insert(calls);
  }
  clock.set(*sample_call("f", 200'000).created_at);
  CHECK(becomes_true([&] { return store.info().calls < 60'000; }));
  CHECK(store.list({.fn_id = "f"}).items.front().id == sample_call("f", 119'999).id);
  store.compact();
  CHECK(store.info().file_bytes < 1'200'000);
}

TEST_CASE("a policy comes to an end beside very many calls that wait") {
  const ScratchFolder folder;
  MovedClock clock;
  clock.set(*sample_call("f", 0).created_at);
  StoreOptions options = applying(clock);
  options.durability = Durability::crash_safe;
  Store store = Store::open(folder.path("history.db"), options);
  constexpr std::uint32_t waiting = 300'000;
  for (std::uint32_t n = 0; n < waiting; n += 20'000) {
    std::vector<Call> calls;
    for (std::uint32_t i = n; i < n + 20'000; ++i) calls.push_back(waiting_call("f", i));
    store.insert(calls);
  }
  for (std::uint32_t n = waiting; n < waiting + 5; ++n) store.insert(sample_call("f", n));
  store.set_retention_policy({{{"f", std::nullopt, std::nullopt, 2}}, std::nullopt});
  clock.set(*sample_call("f", waiting + 10).created_at);
  CHECK(becomes_true([&] { return store.info().calls == waiting + 2; }));
}

TEST_CASE("calls are packed before any goes for want of room") {
  const ScratchFolder folder;
  MovedClock clock;
  clock.set(*sample_call("f", 0).created_at);
  const std::string path = folder.path("history.db");
  {
    Store store = Store::open(path, quiet_options());
    for (std::uint32_t n = 0; n < 20'000; ++n) {
      if (n % 100 != 0) continue;
      std::vector<Call> calls;  // too few at once to go into blocks
      for (std::uint32_t i = n; i < n + 100; ++i) calls.push_back(sample_call("f", i));
      store.insert(calls);
    }
    REQUIRE(store.info().file_bytes + store.info().wal_bytes > 3'000'000);
    store.set_retention_policy({{}, 2'000'000});
  }
  const Store store = Store::open(path, applying(clock));
  RawDatabase raw(path);
  CHECK(becomes_true([&] { return raw.number("SELECT count(*) FROM call_rows") == 0; }));
  CHECK(store.info().calls == 20'000);
}

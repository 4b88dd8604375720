#include "fnstore/fnstore.h"

#include "store_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <memory>
#include <sys/resource.h>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

/// While it lives no file of this process can grow, as on a full disk.
class NoRoom {
 public:
  NoRoom() {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit none = before_;
    none.rlim_cur = 1;
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NoRoom() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("a result that cannot be recorded reaches the caller, and is recorded later") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  std::atomic<int> reports{0};
  Executor executor(store, {.workers = 1, .on_error = [&](const Error&) { ++reports; }});
  std::unique_ptr<NoRoom> no_room;
  executor.bind("fn", [&](Invocation&) {
    no_room = std::make_unique<NoRoom>();
    return "the result";
  });
  std::string id;
  try {
    executor.invoke("fn");
    FAIL("it was recorded");
  } catch (const NotRecorded& failure) {
    CHECK(failure.outcome.result == "the result");
    CHECK(failure.outcome.call.status == Status::success);
    CHECK_THAT(failure.what(), Catch::Contains("ended (success) and could not be recorded"));
    id = failure.outcome.call.id;
  }
  CHECK(store.get({"fn", id}).status == Status::running);
  no_room.reset();
  const std::optional<Outcome> outcome = executor.wait({"fn", id}, 20s);
  REQUIRE(outcome);
  CHECK(outcome->call.status == Status::success);
}

TEST_CASE("a submitted call's result outlasts a store that fails") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  std::atomic<int> reports{0};
  std::atomic<int> runs{0};
  Executor executor(store, {.workers = 1, .on_error = [&](const Error&) { ++reports; }});
  std::unique_ptr<NoRoom> no_room;
  executor.bind("fn", [&](Invocation&) {
    ++runs;
    no_room = std::make_unique<NoRoom>();
    return "the result";
  });
  const std::string id = executor.submit("fn");
  while (reports == 0) std::this_thread::sleep_for(1ms);
  CHECK(store.get({"fn", id}).status == Status::running);
  no_room.reset();
  const std::optional<Outcome> outcome = executor.wait({"fn", id}, 20s);
  REQUIRE(outcome);
  CHECK(outcome->result == "the result");
  CHECK(runs == 1);
}

TEST_CASE("what cannot be recorded as begun is never run") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  std::atomic<int> runs{0};
  executor.bind("fn", [&](Invocation&) { ++runs; });
  {
    const NoRoom no_room;
    CHECK_THROWS_AS(executor.invoke("fn"), Error);
    CHECK_THROWS_AS(executor.submit("fn"), Error);
    CHECK_THROWS_AS(executor.detach("fn"), Error);
  }
  executor.drain();
  CHECK(runs == 0);
  CHECK(store.list({}).items.empty());
}

#include "fnstore/fnstore.h"

#include "gate.h"
#include "refusal.h"
#include "store_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

TEST_CASE("a detached call has started when detach returns") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  Gate gate;
  executor.bind("fn", [&](Invocation&) {
    gate.pass();
    return "result";
  });
  const Call call = executor.detach("fn", "payload");
  CHECK(call.status == Status::running);
  CHECK(call.type == CallType::detached);
  CHECK(store.get({"fn", call.id}).payload == "payload");
  gate.open();
  const std::optional<Outcome> outcome = executor.wait({"fn", call.id}, 10s);
  REQUIRE(outcome);
  CHECK(outcome->call.status == Status::success);
  CHECK(outcome->result == "result");
}

TEST_CASE("with all slots busy a detached call is refused in time and never runs") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  Gate gate;
  std::atomic<int> runs{0};
  executor.bind("blocks", [&](Invocation&) { gate.pass(); });
  executor.bind("fn", [&](Invocation&) { ++runs; });
  executor.detach("blocks");
  const auto begun = std::chrono::steady_clock::now();
  const Call refused = executor.detach("fn", {}, {.placement_timeout = 100ms});
  const auto took = std::chrono::steady_clock::now() - begun;
  CHECK(took >= 100ms);
  CHECK(took < 5s);
  CHECK(refused.status == Status::cancelled);
  CHECK(refused.error == "not_placed: no worker was free within 100 ms");
  CHECK((store.get({"fn", refused.id}) == refused));
  gate.open();
  executor.drain();
  CHECK(runs == 0);
}

TEST_CASE("where a slot is free a detached call needs no time to be placed") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  executor.bind("fn", [](Invocation&) {});
  for (int i = 0; i < 10; ++i) {
    CHECK(executor.detach("fn", {}, {.placement_timeout = 0ms}).error.empty());
    executor.drain();
  }
}

TEST_CASE("detached calls are acknowledged or refused, never both") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 2});
  std::atomic<int> runs{0};
  executor.bind("fn", [&](Invocation&) {
    ++runs;
    std::this_thread::sleep_for(3ms);
  });
  std::atomic<int> started{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 8; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const Call call = executor.detach("fn", {}, {.placement_timeout = 5ms});
        ++(call.status == Status::cancelled ? refused : started);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  executor.drain();
  CHECK(started + refused == 160);
  CHECK(runs == started);
  const auto by_status = store.info().calls_by_status;
  CHECK(by_status[static_cast<std::size_t>(Status::success)] ==
        static_cast<std::uint64_t>(started));
  CHECK(by_status[static_cast<std::size_t>(Status::cancelled)] ==
        static_cast<std::uint64_t>(refused));
}

TEST_CASE("a detached command has been executed when detach returns, or has failed") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  executor.bind("sleeps", Command{.argv = {"sleep", "0.1"}});
  executor.bind("missing", Command{.argv = {"/nonexistent/program"}});
  const Call missing = executor.detach("missing");
  CHECK(missing.status == Status::error);
  CHECK(missing.error == "bad_exit: command not found: /nonexistent/program");
  const Call call = executor.detach("sleeps", {}, {.placement_timeout = 10s});
  CHECK(call.status == Status::running);
  executor.drain();
  CHECK(store.get(call.key()).status == Status::success);
  CHECK(store.get(missing.key()).error == missing.error);
}

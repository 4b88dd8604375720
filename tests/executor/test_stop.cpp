#include "fnstore/fnstore.h"

#include "gate.h"
#include "refusal.h"
#include "store_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

TEST_CASE("after stop nothing is accepted, and nothing half recorded") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  executor.bind("fn", [](Invocation&) {});
  executor.stop();
  executor.stop();
  CHECK(refusal([&] { executor.submit("fn"); }) ==
        "conflict: the executor was stopped: it takes no calls any more");
  CHECK(refusal_code([&] { executor.invoke("fn"); }) == "conflict");
  CHECK(refusal_code([&] { executor.detach("fn"); }) == "conflict");
  CHECK(store.list({}).items.empty());
  executor.drain();  // returns: there is nobody to wait for
}

TEST_CASE("stop lets running calls end, and those that wait stay in the queue") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Gate gate;
  std::string running;
  std::string waiting;
  {
    Executor executor(store, {.workers = 1});
    executor.bind("fn", [&](Invocation&) {
      gate.pass();
      return "result";
    });
    running = executor.submit("fn");
    waiting = executor.submit("fn");
    gate.wait_for(1);
    std::thread opener([&] {
      std::this_thread::sleep_for(50ms);
      gate.open();
    });
    executor.stop(30s);
    opener.join();
    CHECK(gate.came() == 1);
  }
  CHECK(store.get({"fn", running}).status == Status::success);
  CHECK(store.get({"fn", waiting}).status == Status::queued);
  Executor next(store, {.workers = 1});
  next.bind("fn", [](Invocation& in) { return std::to_string(in.attempt()); });
  next.drain();
  CHECK(store.get({"fn", waiting}).status == Status::success);
}

TEST_CASE("what stops when the executor does is handed back, in its old place") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  std::atomic<int> begun{0};
  std::string stopped;
  std::string sync;
  {
    Executor executor(store, {.workers = 1, .grace = 100ms});
    executor.bind("throws", [&](Invocation& in) {
      ++begun;
      while (!in.stop_token().stop_requested()) std::this_thread::sleep_for(1ms);
      throw std::runtime_error("asked to stop");
    });
    executor.bind("sleeps", Command{.argv = {"sleep", "100"}});
    stopped = executor.submit("throws");
    std::thread caller([&] { sync = executor.invoke("sleeps").call.id; });
    while (begun == 0 || store.list({.fn_id = "sleeps"}).items.empty()) {
      std::this_thread::sleep_for(1ms);
    }
    executor.stop(20ms);
    caller.join();
  }
  CHECK(store.get({"throws", stopped}).status == Status::queued);
  CHECK(store.get({"sleeps", sync}).status == Status::cancelled);
  CHECK_THAT(store.get({"sleeps", sync}).error, Catch::StartsWith("client_request"));
  Executor next(store, {.workers = 1});
  next.bind("throws", [](Invocation& in) { return std::to_string(in.attempt()); });
  CHECK(next.wait({"throws", stopped}, 10s)->result == "2");
}

TEST_CASE("a second stop shortens the patience of the first") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  std::atomic<bool> begun{false};
  executor.bind("fn", [&](Invocation& in) {
    begun = true;
    while (!in.stop_token().stop_requested()) std::this_thread::sleep_for(1ms);
  });
  executor.submit("fn");
  while (!begun) std::this_thread::sleep_for(1ms);
  const auto start = std::chrono::steady_clock::now();
  std::thread patient([&] { executor.stop(60s); });
  std::this_thread::sleep_for(20ms);
  executor.stop(0ms);
  patient.join();
  CHECK(std::chrono::steady_clock::now() - start < 20s);
}

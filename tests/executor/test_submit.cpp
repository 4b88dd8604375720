#include "fnstore/fnstore.h"

#include "gate.h"
#include "refusal.h"
#include "store_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

TEST_CASE("a submitted call is run, and its result can be waited for") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 2});
  executor.bind("echo", [](Invocation& in) { return "<" + std::string(in.payload()) + ">"; });
  executor.bind("fails", [](Invocation&) -> std::string { throw std::runtime_error("bad"); });
  const std::string id = executor.submit("echo", "hello");
  const std::optional<Outcome> outcome = executor.wait({"echo", id}, 10s);
  REQUIRE(outcome);
  CHECK(outcome->result == "<hello>");
  CHECK(outcome->call.status == Status::success);
  CHECK(outcome->call.type == CallType::async);
  const std::string failed = executor.submit("fails");
  CHECK(executor.wait({"fails", failed}, 10s)->call.error == "bad");
  CHECK(refusal_code([&] { executor.wait({"echo", "nobody"}, 1s); }) == "not_found");
}

TEST_CASE("submitted calls are run by priority, then in order") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  Gate gate;
  std::mutex mutex;
  std::string order;
  executor.bind("first", [&](Invocation&) { gate.pass(); });
  executor.bind("fn",
                [&](Invocation& in) {
                  const std::lock_guard guard(mutex);
                  order += in.payload();
                },
                {.priority = 1});
  executor.submit("first");
  gate.wait_for(1);
  for (const char* const name : {"c", "d"}) executor.submit("fn", name);
  for (const char* const name : {"e", "f"}) executor.submit("fn", name, {.priority = 0});
  for (const char* const name : {"a", "b"}) executor.submit("fn", name, {.priority = 2});
  gate.open();
  executor.drain();
  CHECK(order == "abcdef");
}

TEST_CASE("a delayed call is run when it is due, and drain does not wait for it") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  executor.bind("fn", [](Invocation&) {});
  const std::string soon = executor.submit("fn", {}, {.delay = 1s});
  const std::string later = executor.submit("fn", {}, {.delay = 3'600s});
  executor.drain();
  CHECK(store.get({"fn", soon}).status == Status::delayed);
  const std::optional<Outcome> outcome = executor.wait({"fn", soon}, 10s);
  REQUIRE(outcome);
  CHECK(*outcome->call.started_at >= *outcome->call.created_at + 1s);
  CHECK(store.get({"fn", later}).status == Status::delayed);
  executor.cancel({"fn", later});
  CHECK(store.get({"fn", later}).error == "client_request");
}

TEST_CASE("the same key submits once") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 2});
  std::atomic<int> runs{0};
  executor.bind("fn", [&](Invocation&) { ++runs; });
  std::vector<std::string> ids(8);
  std::vector<std::thread> callers;
  for (std::string& id : ids) {
    callers.emplace_back([&] { id = executor.submit("fn", {}, {.idempotency_key = "order-7"}); });
  }
  for (std::thread& caller : callers) caller.join();
  executor.drain();
  CHECK(std::count(ids.begin(), ids.end(), ids[0]) == 8);
  CHECK(runs == 1);
}

TEST_CASE("cancelling ends a waiting call at once and asks a running one to stop") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  std::atomic<int> begun{0};
  executor.bind("waits", [&](Invocation& in) {
    ++begun;
    while (!in.stop_token().stop_requested()) std::this_thread::sleep_for(1ms);
    return "too late";
  });
  const std::string running = executor.submit("waits");
  const std::string waiting = executor.submit("waits");
  while (begun == 0) std::this_thread::sleep_for(1ms);
  executor.cancel({"waits", waiting});
  executor.cancel({"waits", running});
  executor.drain();
  CHECK(begun == 1);
  CHECK(store.get({"waits", running}).status == Status::cancelled);
  CHECK(Queue(store).find_result({"waits", running}) == std::nullopt);
  CHECK(refusal_code([&] { executor.cancel({"waits", running}); }) == "conflict");
}

TEST_CASE("cancelling a running command ends its whole group") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1, .grace = 200ms});
  executor.bind("sleeps", Command{.argv = {"sh", "-c", "trap '' TERM; sleep 100 & sleep 100"}});
  const std::string id = executor.submit("sleeps");
  while (store.get({"sleeps", id}).status != Status::running) std::this_thread::sleep_for(1ms);
  const auto begun = std::chrono::steady_clock::now();
  executor.cancel({"sleeps", id});
  executor.drain();
  CHECK(std::chrono::steady_clock::now() - begun < 10s);
  CHECK(store.get({"sleeps", id}).error == "client_request");
}

TEST_CASE("a retry is a new call that names the old one") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  std::atomic<bool> broken{true};
  executor.bind("fn", [&](Invocation& in) {
    if (broken) throw std::runtime_error("broken");
    return std::string(in.payload());
  });
  const std::string id = executor.submit("fn", "input", {.priority = 2});
  REQUIRE(executor.wait({"fn", id}, 10s));
  broken = false;
  const std::string again = executor.retry({"fn", id});
  CHECK(again != id);
  const std::optional<Outcome> outcome = executor.wait({"fn", again}, 10s);
  REQUIRE(outcome);
  CHECK(outcome->result == "input");
  CHECK(outcome->call.priority == 2);
  CHECK(outcome->call.annotations.at("fnstore.retry_of") == '"' + id + '"');
  CHECK(store.get({"fn", id}).error == "broken");
}

TEST_CASE("a command that is submitted is run by an executor of commands, and by no other") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor others(store, {.workers = 1});
  others.bind("job", [](Invocation&) { return "wrong"; });
  const std::string id = others.submit("job", Command{.argv = {"cat"}}, "input", {.timeout = 60s});
  others.drain();
  CHECK(store.get({"job", id}).status == Status::queued);
  Executor commands(store, {.workers = 1, .run_commands = true});
  const std::optional<Outcome> outcome = commands.wait({"job", id}, 10s);
  REQUIRE(outcome);
  CHECK(outcome->result == "input");
  CHECK(outcome->call.annotations.at("fnstore.argv") == "[\"cat\"]");
  CHECK(outcome->call.timeout == 60);
}

TEST_CASE("many submitters and workers run every call once") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  constexpr int each = 250;
  std::vector<std::atomic<int>> runs(4 * each);
  Executor executor(store, {.workers = 4});
  executor.bind("count", [&](Invocation& in) {
    ++runs[static_cast<std::size_t>(std::stoi(std::string(in.payload())))];
  });
  std::vector<std::thread> submitters;
  for (int s = 0; s < 4; ++s) {
    submitters.emplace_back([&, s] {
      for (int i = 0; i < each; ++i) executor.submit("count", std::to_string(s * each + i));
    });
  }
  for (std::thread& submitter : submitters) submitter.join();
  executor.drain();
  CHECK(std::all_of(runs.begin(), runs.end(), [](const auto& count) { return count == 1; }));
  CHECK(store.info().calls_by_status[static_cast<std::size_t>(Status::success)] == 4 * each);
}

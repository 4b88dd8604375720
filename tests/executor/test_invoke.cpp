#include "fnstore/fnstore.h"

#include "refusal.h"
#include "store_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

const ExecutorOptions two_workers{.workers = 2};

}  // namespace

TEST_CASE("a sync call returns what the function returned, and leaves its history") {
  const StoreFolder folder;
  const Durability durability = GENERATE(Durability::crash_safe, Durability::buffered);
  Store store = folder.open({.durability = durability});
  Executor executor(store, two_workers);
  executor.bind("reverse",
                [](Invocation& in) {
                  in.stat("bytes", in.payload().size());
                  in.log("reversing\n");
                  CHECK(in.attempt() == 1);
                  CHECK(in.deadline() == std::nullopt);
                  return std::string(in.payload().rbegin(), in.payload().rend());
                },
                {.app_id = "app", .app_name = "An app"});
  const Outcome outcome = executor.invoke("reverse", "abc", {.trigger_id = "trigger"});
  CHECK(outcome.result == "cba");
  CHECK(outcome.call.status == Status::success);
  CHECK(outcome.call.type == CallType::sync);
  CHECK(outcome.call.error.empty());
  CHECK((outcome.call.started_at && outcome.call.completed_at));
  REQUIRE(outcome.call.stats.size() == 1);
  CHECK(outcome.call.stats[0].metrics.at("bytes") == 3);
  const Call recorded = store.get({"reverse", outcome.call.id});
  CHECK((recorded == outcome.call));
  CHECK(recorded.payload == "abc");
  CHECK(recorded.app_name == "An app");
  CHECK(recorded.trigger_id == "trigger");
  CHECK(store.get_log(recorded.key()) == "reversing\n");
  CHECK(Queue(store).find_result(recorded.key()) == std::nullopt);
}

TEST_CASE("what a function throws is the call's error") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, two_workers);
  executor.bind("throws", [](Invocation& in) {
    if (in.payload() == "number") throw 7;
    if (in.payload() == "empty") throw std::runtime_error("");
    if (in.payload() == "not utf-8") throw std::runtime_error("a\xff");
    if (in.payload() == "long") throw std::runtime_error(std::string(100'000, 'x'));
    throw std::runtime_error("no such order");
  });
  const auto error = [&](const char* how) { return executor.invoke("throws", how).call.error; };
  CHECK(error("") == "no such order");
  CHECK(error("number") == "the function threw something that is no std::exception");
  CHECK(error("empty") == "the function threw an exception without a message");
  CHECK(error("not utf-8") == "a?");
  CHECK(error("long").size() == limits::error_bytes);
  CHECK(store.list({.status = {Status::error}}).items.size() == 5);
}

TEST_CASE("a result over the limit is an error, and a log over it is cut") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, two_workers);
  executor.bind("big",
                [](Invocation& in) {
                  in.log(std::string(30, 'l'));
                  return std::string(in.payload());
                },
                {.result_bytes = 10, .log_bytes = 20});
  CHECK(executor.invoke("big", "0123456789").result == "0123456789");
  const Outcome over = executor.invoke("big", "0123456789x");
  CHECK(over.result.empty());
  CHECK(over.call.error == "the result of 11 bytes is over the limit of 10");
  CHECK(store.get_log(over.call.key()) ==
        std::string(20, 'l') + "\n[fnstore: the log was cut here, 10 bytes were left out]\n");
}

TEST_CASE("a function is asked to stop at its deadline, and its call is a timeout") {
  const StoreFolder folder;
  const Durability durability = GENERATE(Durability::crash_safe, Durability::buffered);
  Store store = folder.open({.durability = durability});
  Executor executor(store, two_workers);
  executor.bind("slow",
                [](Invocation& in) {
                  CHECK(in.deadline() == *in.call().started_at + 1s);
                  while (!in.stop_token().stop_requested()) std::this_thread::sleep_for(5ms);
                  return "done anyway";
                },
                {.timeout = 60s});
  const Outcome outcome = executor.invoke("slow", {}, {.timeout = 1s});
  CHECK(outcome.call.status == Status::error);
  CHECK(outcome.call.error == "timeout: after 1 s");
  CHECK(outcome.call.timeout == 1);
  CHECK(*outcome.call.completed_at - *outcome.call.started_at >= 1s);
  CHECK(*outcome.call.completed_at - *outcome.call.started_at < 5s);
}

TEST_CASE("a sync call that lasts can be seen while it runs, and be cancelled") {
  const StoreFolder folder;
  const Durability durability = GENERATE(Durability::crash_safe, Durability::buffered);
  Store store = folder.open({.durability = durability});
  Executor executor(store, two_workers);
  executor.bind("waits", [](Invocation& in) {
    while (!in.stop_token().stop_requested()) std::this_thread::sleep_for(2ms);
    return "late";
  });
  Outcome outcome;
  std::thread caller([&] { outcome = executor.invoke("waits"); });
  CallList running;
  while (running.items.empty()) running = store.list({.status = {Status::running}});
  executor.cancel(running.items[0].key());
  caller.join();
  CHECK(outcome.call.status == Status::cancelled);
  CHECK(outcome.call.error == "client_request");
  CHECK(store.get(running.items[0].key()).status == Status::cancelled);
}

TEST_CASE("a sync call keeps its lease however long it runs") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1, .lease = 200ms});
  Executor other(store, {.workers = 1, .lease = 200ms});
  executor.bind("long", [](Invocation&) { std::this_thread::sleep_for(1s); });
  CHECK(executor.invoke("long").call.status == Status::success);
}

TEST_CASE("a command is bound like a function") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, two_workers);
  executor.bind("upper", Command{.argv = {"tr", "a-z", "A-Z"}});
  executor.bind("fails", Command{.argv = {"sh", "-c", "echo oops >&2; exit 3"}});
  executor.bind("missing", Command{.argv = {"/nonexistent/program"}});
  const Outcome upper = executor.invoke("upper", "abc");
  CHECK(upper.result == "ABC");
  CHECK(upper.call.status == Status::success);
  CHECK_FALSE(upper.call.stats.empty());
  const Outcome fails = executor.invoke("fails");
  CHECK(fails.call.error == "bad_exit: status 3");
  CHECK(store.get_log(fails.call.key()) == "oops\n");
  CHECK(executor.invoke("missing").call.error ==
        "bad_exit: command not found: /nonexistent/program");
}

TEST_CASE("listeners hear of every call, and cannot break it") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, two_workers);
  std::vector<std::string> heard;
  executor.add_listener(
      {.before_call =
           [&](const Call& call) {
             heard.push_back("before " + call.fn_id + ' ' + std::string(to_string(call.status)));
           },
       .after_call =
           [&](const Call& call) {
             heard.push_back("after " + std::string(to_string(call.status)) + ' ' + call.error);
           }});
  executor.add_listener({.before_call = [](const Call&) { throw std::runtime_error("no"); },
                         .after_call = [](const Call&) { throw 7; }});
  executor.bind("fn", [](Invocation&) -> std::string { throw std::runtime_error("bad"); });
  const Outcome outcome = executor.invoke("fn");
  CHECK(heard == std::vector<std::string>{"before fn running", "after error bad"});
  CHECK(outcome.call.error == "bad");
  CHECK(store.get_log(outcome.call.key()) ==
        "[fnstore: a listener failed: no]\n"
        "[fnstore: a listener failed: the function threw something that is no std::exception]\n");
}

TEST_CASE("a function takes no more calls at once than its limit") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 8});
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  executor.bind("limited",
                [&](Invocation&) {
                  const int at_once = ++now;
                  for (int seen = most;
                       at_once > seen && !most.compare_exchange_weak(seen, at_once);)
                    continue;
                  std::this_thread::sleep_for(5ms);
                  --now;
                },
                {.concurrency = 2});
  for (int i = 0; i < 20; ++i) executor.submit("limited");
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) callers.emplace_back([&] { executor.invoke("limited"); });
  for (std::thread& caller : callers) caller.join();
  executor.drain();
  CHECK(most == 2);
  CHECK(store.list({.per_page = 100, .status = {Status::success}}).items.size() == 24);
}

#include "fnstore/fnstore.h"

#include "refusal.h"
#include "store_folder.h"

#include <catch2/catch.hpp>

using namespace fnstore;
using namespace std::chrono_literals;

TEST_CASE("a call that makes no sense is refused, and nothing is recorded") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 1});
  executor.bind("fn", [](Invocation&) {});
  CHECK(refusal([&] { executor.invoke("nobody"); }) ==
        "not_found: function \"nobody\" is not bound to this executor: bind it first");
  CHECK(refusal_code([&] { executor.submit("nobody"); }) == "not_found");
  CHECK(refusal_code([&] { executor.detach("nobody"); }) == "not_found");
  const std::string too_much(limits::payload_bytes + 1, 'p');
  CHECK(refusal_code([&] { executor.invoke("fn", too_much); }) == "invalid");
  CHECK(refusal_code([&] { executor.submit("fn", too_much); }) == "invalid");
  CHECK(refusal_code([&] { executor.detach("fn", too_much); }) == "invalid");
  CHECK(refusal_code([&] { executor.invoke("fn", {}, {.timeout = -1s}); }) == "invalid");
  for (const std::chrono::seconds delay : {-1s, 2'000'000'000s}) {
    CHECK(refusal_code([&] { executor.submit("fn", {}, {.delay = delay}); }) == "invalid");
  }
  for (const int priority : {-1, 3}) {
    CHECK(refusal_code([&] { executor.submit("fn", {}, {.priority = priority}); }) == "invalid");
  }
  CHECK(refusal_code([&] { executor.detach("fn", {}, {.placement_timeout = -1ms}); }) == "invalid");
  CHECK(refusal_code([&] { executor.submit("fn", Command{}); }) == "invalid");
  CHECK(refusal_code([&] { executor.submit("fn", Command{.argv = {std::string("a\0b", 3)}}); }) ==
        "invalid");
  CHECK(refusal_code([&] { executor.submit("", Command{.argv = {"true"}}); }) != "no error");
  CHECK(refusal_code([&] { executor.retry({"fn", "nobody"}); }) == "not_found");
  CHECK(refusal_code([&] { executor.cancel({"fn", "nobody"}); }) == "not_found");
  CHECK(store.list({}).items.empty());
}

TEST_CASE("a binding that makes no sense is refused") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  Executor executor(store, {.workers = 0});
  const auto bound = [&](const FunctionOptions& options) {
    return refusal_code([&] {
      executor.bind(
          "fn", [](Invocation&) {}, options);
    });
  };
  CHECK(bound({.timeout = -1s}) == "invalid");
  CHECK(bound({.priority = 3}) == "invalid");
  CHECK(bound({.result_bytes = limits::payload_bytes + 1}) == "invalid");
  CHECK(bound({.log_bytes = limits::log_bytes + 1}) == "invalid");
  CHECK(bound({}) == "no error");
  CHECK(refusal_code([&] { executor.bind("", [](Invocation&) {}); }) == "invalid");
  CHECK(refusal_code([&] { executor.bind("fn", Command{}); }) == "invalid");
  CHECK(refusal_code([&] { executor.detach("fn"); }) == "invalid");  // no workers
  CHECK(refusal_code([&] { Executor(store, {.workers = 100'000}); }) == "invalid");
  CHECK(refusal_code([&] { Executor(store, {.lease = 0ms}); }) == "invalid");
  CHECK(refusal_code([&] { Executor(store, {.grace = -1ms}); }) == "invalid");
}

// A store that has not looked at the file for a long time, while another changed everything in it.

#include "fnstore/store.h"

#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;

namespace {

/// What the store must hold, by function and id from the last to the first, as a listing has it.
using Expected = std::map<std::pair<std::string, std::string>, Call, std::greater<>>;

void expect(Expected& all, const Call& call) {
  all[{call.id, call.fn_id}] = call;
}

void insert(Store& store, Expected& all, const std::vector<Call>& calls) {
  store.insert(calls);
  for (const Call& call : calls) expect(all, call);
}

std::vector<Call> sample_calls(const std::string& fn_id, std::uint32_t from, std::uint32_t count) {
  std::vector<Call> calls;
  for (std::uint32_t n = from; n < from + count; ++n) calls.push_back(sample_call(fn_id, n));
  return calls;
}

void insert_singly(Store& store, Expected& all, const std::vector<Call>& calls) {
  for (const Call& call : calls) insert(store, all, {call});
}

void remove(Store& store, Expected& all, const std::string& fn_id, std::uint32_t n) {
  const std::string id = sample_call(fn_id, n).id;
  store.remove({fn_id, id});
  all.erase({id, fn_id});
}

void finish(Store& store, Expected& all, const Call& waiting) {
  store.transition(waiting.key(), {.to = Status::running});
  expect(all, store.transition(waiting.key(), {.to = Status::error, .error = "bad_exit"}));
}

void check(const Store& store, const Expected& all) {
  std::vector<Call> wanted;
  std::vector<Call> wanted_of_f;
  std::vector<Call> wanted_errors;
  for (const auto& [key, call] : all) {
    wanted.push_back(listed(call));
    if (call.fn_id == "f") wanted_of_f.push_back(listed(call));
    if (call.status == Status::error) wanted_errors.push_back(listed(call));
  }
  CHECK((walk(store, {}) == wanted));
  CHECK((walk(store, {.fn_id = "f"}) == wanted_of_f));
  CHECK((walk(store, {.status = {Status::error}}) == wanted_errors));
  CHECK(store.info().calls == all.size());
}

/// Everything that can happen to calls, several packings long.
void live(Store& store, Expected& all) {
  insert_singly(store, all, sample_calls("f", 0, 300));
  insert(store, all, sample_calls("bulk", 0, 2'000));
  insert_singly(store, all, sample_calls("new function", 0, 20));
  for (std::uint32_t n = 0; n < 12; ++n) insert(store, all, {waiting_call("w", n)});
  for (std::uint32_t n = 0; n < 5; ++n) finish(store, all, waiting_call("w", n));
  remove(store, all, "f", 100);
  remove(store, all, "seen", 3);
  store.pack();
  insert_singly(store, all, sample_calls("f", 300, 100));
  for (std::uint32_t n = 5; n < 9; ++n) finish(store, all, waiting_call("w", n));
  remove(store, all, "f", 7);
  remove(store, all, "bulk", 0);
  remove(store, all, "f", 350);
  store.pack();
  insert_singly(store, all, sample_calls("f", 400, 10));
  remove(store, all, "f", 405);
  insert(store, all, {sample_call("f", 405)});
}

}  // namespace

TEST_CASE("a store far behind the file answers as of now") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Expected all;
  Store busy = Store::open(path, quiet_options());
  insert_singly(busy, all, sample_calls("seen", 0, 10));
  Store distant = Store::open(path, quiet_options());
  check(distant, all);
  live(busy, all);

  SECTION("when it lists") {
    check(distant, all);
  }
  SECTION("when it looks calls up") {
    CHECK_FALSE(distant.find({"f", sample_call("f", 7).id}));
    CHECK_FALSE(distant.find({"f", sample_call("f", 100).id}));
    CHECK(distant.get({"f", sample_call("f", 405).id}) == sample_call("f", 405));
    CHECK(distant.get({"f", sample_call("f", 6).id}) == sample_call("f", 6));
    check(distant, all);
  }
  SECTION("when it writes, without having looked") {
    for (const std::uint32_t n : {0U, 305U, 405U}) {
      const Error error = refusal([&] { distant.insert(sample_call("f", n)); });
      CHECK(error.code() == Errc::conflict);
    }
    const CallKey gone{"f", "0"};
    CHECK(refusal([&] { distant.remove(gone); }).code() == Errc::not_found);
    insert(distant, all, {sample_call("f", 7), sample_call("another", 1)});
    finish(distant, all, waiting_call("w", 9));
    check(distant, all);
    check(busy, all);
  }
  SECTION("when it packs, without having looked") {
    distant.pack();
    check(distant, all);
    check(busy, all);
  }
  check(Store::open(path, quiet_options()), all);
}

TEST_CASE("two stores that take turns at everything stay exact") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Expected all;
  std::vector<Store> stores;
  for (int i = 0; i < 3; ++i) stores.push_back(Store::open(path, quiet_options()));
  insert_singly(stores[0], all, sample_calls("f", 0, 20));
  for (std::uint32_t turn = 1; turn < 30; ++turn) {
    Store& store = stores[turn % 3];
    insert_singly(store, all, sample_calls("f", 1'000 * turn, 15));
    remove(store, all, "f", 1'000 * (turn - 1) + (turn - 1) % 15);
    if (turn % 4 == 0) store.pack();
    if (turn % 7 == 0) insert(store, all, sample_calls(fmt::format("g{}", turn), 0, 200));
    check(stores[(turn * 2 + 1) % 3], all);
  }
  for (const Store& store : stores) check(store, all);
}

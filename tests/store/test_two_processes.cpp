#include "calls.h"
#include "crew.h"
#include "peer.h"
#include "store_folder.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <set>
#include <sstream>

using namespace fnstore;

namespace {

Store open_beside(const StoreFolder& folder) {
  return folder.open({.durability = Durability::crash_safe, .pack_after = 200});
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

std::vector<std::string> ids_in(const Store& store, const std::string& fn_id) {
  std::vector<std::string> ids;
  for (const Call& call : checked_walk(store, {.fn_id = fn_id, .per_page = 50})) {
    ids.push_back(call.id);
  }
  return ids;
}

}  // namespace

TEST_CASE("every change of one process is seen by the other at once") {
  const StoreFolder folder;
  Store store = open_beside(folder);
  Peer peer(folder.path());
  const bool packing = GENERATE(false, true);
  const auto pack = [&] {
    if (packing) CHECK(peer.ask({"pack"}) == "ok");
  };
  for (int round = 0; round < 20; ++round) {
    const std::string id = four_digits(static_cast<std::size_t>(round));
    const std::string fn_id = fmt::format("fn-{}", round % 3);
    const Call ours = call_in(Status::running, fn_id, "ours " + id);
    store.insert(ours);
    CHECK(peer.ask({"get", fn_id, ours.id}) == to_json(ours));
    CHECK(peer.ask({"insert", fn_id, "theirs " + id, "queued"}) == "ok");
    CHECK(store.get({fn_id, "theirs " + id}).status == Status::queued);
    CHECK(peer.ask({"insert", fn_id, ours.id, "queued"}) == "conflict");

    const std::string ended = peer.ask({"step", fn_id, ours.id, "success"});
    CHECK(to_json(store.get(ours.key())) == ended);
    pack();
    CHECK(code_of([&] { store.transition(ours.key(), {.to = Status::error}); }) == "conflict");
    store.put_log(ours.key(), "our log");
    CHECK(peer.ask({"log", fn_id, ours.id}) == "our log");
    CHECK(peer.ask({"put_log", fn_id, ours.id, "their log"}) == "ok");
    CHECK(store.get_log(ours.key()) == "their log");

    const std::string theirs = "theirs " + id;
    store.transition({fn_id, theirs}, {.to = Status::cancelled, .error = "client_request"});
    pack();
    CHECK(peer.ask({"get", fn_id, theirs}) == to_json(store.get({fn_id, theirs})));
    CHECK(peer.ask({"remove", fn_id, theirs}) == "ok");
    CHECK(store.find({fn_id, theirs}) == std::nullopt);
    if (round % 2 == 1) store.remove(ours.key());
    CHECK(peer.ask({"get", fn_id, ours.id}) ==
          (round % 2 == 1 ? "not_found" : to_json(store.get(ours.key()))));
    CHECK(peer.ask({"calls"}) == std::to_string(store.info().calls));
  }
  CHECK(store.info().calls == 10);
  CHECK(store.list({}).items.size() == 10);
}

TEST_CASE("processes that write at once lose nothing, and each sees it all") {
  const StoreFolder folder;
  Store store = open_beside(folder);
  Peer first(folder.path());
  Peer second(folder.path());
  constexpr std::size_t each = 150;
  first.send({"work", "fn", "first-", std::to_string(each)});
  second.send({"work", "fn", "second-", std::to_string(each)});
  run_together(2, [&](std::size_t thread) {
    for (std::size_t i = 0; i < each; ++i) {
      const Call call = call_in(Status::queued, "fn", fmt::format("third-{}-{:04}", thread, i));
      store.insert(call);
      store.transition(call.key(), {.to = Status::running});
      store.transition(call.key(), {.to = Status::success});
      store.put_log(call.key(), call.id);
      if (i % 50 == 49) store.pack();
    }
  });
  REQUIRE(first.receive() == "ok");
  REQUIRE(second.receive() == "ok");
  const std::vector<std::string> ids = ids_in(store, "fn");
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 4 * each);
  CHECK(words_of(first.ask({"ids", "fn"})) == ids);
  CHECK(words_of(second.ask({"ids", "fn"})) == ids);
  CHECK(first.ask({"calls"}) == std::to_string(4 * each));
  for (const std::string& id : ids) {
    CHECK(store.get({"fn", id}).status == Status::success);
    CHECK(store.get_log({"fn", id}) == id);
  }
  CHECK(store.info().calls_by_status[static_cast<std::size_t>(Status::success)] == 4 * each);
}

TEST_CASE("of processes that race to start a call exactly one starts it") {
  const StoreFolder folder;
  Store store = open_beside(folder);
  constexpr std::size_t calls = 300;
  std::vector<Call> queued;
  for (std::size_t i = 0; i < calls; ++i) {
    queued.push_back(call_in(Status::queued, "fn", four_digits(i)));
  }
  store.insert(queued);
  Peer first(folder.path());
  Peer second(folder.path());
  CHECK(first.ask({"calls"}) == std::to_string(calls));
  CHECK(second.ask({"calls"}) == std::to_string(calls));
  first.send({"claim", "fn", std::to_string(calls)});
  second.send({"claim", "fn", std::to_string(calls)});
  std::vector<std::string> started;
  for (const Call& call : queued) {
    const std::string code =
        code_of([&] { store.transition(call.key(), {.to = Status::running}); });
    if (code == "no error") started.push_back(call.id);
    if (code != "no error") CHECK(code == "conflict");
  }
  for (Peer* const peer : {&first, &second}) {
    for (const std::string& id : words_of(peer->receive())) started.push_back(id);
  }
  CHECK(started.size() == calls);
  CHECK(std::set<std::string>(started.begin(), started.end()).size() == calls);
  CHECK(store.info().calls_by_status[static_cast<std::size_t>(Status::running)] == calls);
}

TEST_CASE("processes come and go while another writes") {
  const StoreFolder folder;
  std::optional<Store> store = open_beside(folder);
  Peer worker(folder.path());
  constexpr std::size_t calls = 200;
  worker.send({"work", "fn", "", std::to_string(calls)});
  for (std::size_t round = 0; round < 8; ++round) {
    Peer visitor(folder.path());
    CHECK(visitor.ask({"insert", "other", four_digits(round), "success"}) == "ok");
    CHECK(store->find({"other", four_digits(round)}).has_value());
    store.reset();
    store = open_beside(folder);
    CHECK(store->find({"other", four_digits(round)}).has_value());
    store->put_log({"other", four_digits(round)}, "log");
    CHECK(visitor.ask({"log", "other", four_digits(round)}) == "log");
  }
  REQUIRE(worker.receive() == "ok");
  CHECK(ids_in(*store, "fn").size() == calls);
  CHECK(ids_in(*store, "other").size() == 8);
  CHECK(worker.ask({"calls"}) == std::to_string(calls + 8));
}

TEST_CASE("two stores of one process on one file see each other as two processes do") {
  const StoreFolder folder;
  Store one = open_beside(folder);
  Store two = open_beside(folder);
  run_together(4, [&](std::size_t thread) {
    Store& own = thread % 2 == 0 ? one : two;
    Store& other = thread % 2 == 0 ? two : one;
    for (std::size_t i = 0; i < 60; ++i) {
      const Call call = call_in(Status::running, "fn", fmt::format("{}-{:04}", thread, i));
      own.insert(call);
      other.transition(call.key(), {.to = Status::success});
      if (own.get(call.key()).status != Status::success) throw std::runtime_error("not seen");
      if (i % 20 == 19) other.pack();
    }
  });
  CHECK(ids_in(one, "fn").size() == 240);
  CHECK(ids_in(two, "fn") == ids_in(one, "fn"));
}

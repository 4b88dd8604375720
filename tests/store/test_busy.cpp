#include "calls.h"
#include "crew.h"
#include "peer.h"
#include "store_folder.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <fmt/format.h>
#include <mutex>
#include <set>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

/// Stops a process that writes batch after batch at a moment when it holds the write lock, so that
/// `store` (with a short busy_timeout) is refused. Whether such a moment was found.
bool halt_while_writing(Peer& peer, Store& store) {
  using SteadyClock = std::chrono::steady_clock;
  peer.receive();
  const auto begin = SteadyClock::now();
  peer.receive();
  const auto batch = SteadyClock::now() - begin;
  for (int attempt = 0; attempt < 200; ++attempt) {
    peer.receive();  // it has just written a batch, and another will follow
    std::this_thread::sleep_for(batch * (attempt % 11) / 10);
    peer.halt();
    const Call probe =
        call_in(Status::success, "probe", four_digits(static_cast<std::size_t>(attempt)));
    const std::string code = code_of([&] { store.insert(probe); });
    if (code == "busy") return true;
    if (code != "no error") throw std::runtime_error("refused with " + code);
    peer.resume();
  }
  return false;
}

}  // namespace

TEST_CASE("while another process holds the write lock writes fail as busy, and reads go on") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe, .busy_timeout = 60ms});
  store.insert(call_in(Status::queued, "fn", "id"));
  Peer peer(folder.path());
  peer.send({"flood", "flood"});
  REQUIRE(halt_while_writing(peer, store));
  const auto calls = store.info().calls;
  CHECK(store.get({"fn", "id"}).status == Status::queued);
  CHECK(store.list({.fn_id = "flood", .per_page = 5}).items.size() == 5);

  std::mutex mutex;
  std::multiset<std::string> codes;
  run_together(4, [&](std::size_t thread) {
    const std::string id = four_digits(thread);
    const std::string code = code_of([&] { store.insert(call_in(Status::success, "fn", id)); });
    const std::lock_guard guard(mutex);
    codes.insert(code);
  });
  CHECK(codes.count("busy") == 4);
  try {
    store.transition({"fn", "id"}, {.to = Status::running});
    FAIL("a step was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::busy);
    CHECK(error.retryable());
    CHECK_THAT(error.what(), Catch::Contains("try again"));
  }
  CHECK(store.info().calls == calls);
  CHECK(store.get({"fn", "id"}).status == Status::queued);
  CHECK(store.find({"fn", "0000"}) == std::nullopt);

  Store buffered = folder.open({.durability = Durability::buffered, .busy_timeout = 60ms});
  buffered.insert(call_in(Status::success, "fn", "buffered"));
  CHECK(code_of([&] { buffered.flush(); }) == "busy");
  CHECK(code_of([&] { buffered.flush(); }) == "no error");
  CHECK(buffered.find({"fn", "buffered"}) == std::nullopt);

  peer.resume();
  Store patient = folder.open({.durability = Durability::crash_safe});
  patient.insert(call_in(Status::success, "fn", "0000"));
  patient.transition({"fn", "id"}, {.to = Status::running});
  CHECK(store.find({"fn", "0000"}).has_value());
  CHECK(store.get({"fn", "id"}).status == Status::running);
}

TEST_CASE("a process that dies in the middle of a write leaves the store to the others") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe, .busy_timeout = 60ms});
  {
    Peer peer(folder.path());
    peer.send({"flood", "flood"});
    REQUIRE(halt_while_writing(peer, store));
  }  // killed where it stood
  store.insert(call_in(Status::success, "fn", "id"));
  CHECK(store.find({"fn", "id"}).has_value());
  const std::size_t flooded = checked_walk(store, {.fn_id = "flood", .per_page = 1'000}).size();
  CHECK(flooded % 5'000 == 0);  // whole batches
  CHECK(flooded > 0);
}

#include "calls.h"
#include "crew.h"
#include "store_folder.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

const std::string contested_fn = "fn";

/// What the store must hold in the end: each call's log by its id.
class Expected {
 public:
  void set(const std::string& id, std::optional<std::string> log) {
    const std::lock_guard guard(mutex_);
    logs_[id] = std::move(log);
  }
  void erase(const std::string& id) {
    const std::lock_guard guard(mutex_);
    logs_.erase(id);
  }
  const std::map<std::string, std::optional<std::string>>& logs() const { return logs_; }

 private:
  std::mutex mutex_;
  std::map<std::string, std::optional<std::string>> logs_;
};

void check(const Store& store, const Expected& expected) {
  std::vector<std::string> wanted;
  for (auto at = expected.logs().rbegin(); at != expected.logs().rend(); ++at) {
    wanted.push_back(at->first);
  }
  std::vector<std::string> found;
  for (const Call& call : checked_walk(store, {.fn_id = contested_fn, .per_page = 500})) {
    found.push_back(call.id);
  }
  CHECK(found == wanted);
  CHECK(store.info().calls == wanted.size());
  std::size_t differing = 0;
  for (const auto& [id, log] : expected.logs()) {
    differing += store.find_log({contested_fn, id}) == log ? 0 : 1;
  }
  CHECK(differing == 0);
}

std::vector<Call> finished(const std::vector<std::string>& ids) {
  std::vector<Call> calls;
  for (const std::string& id : ids) calls.push_back(call_in(Status::success, contested_fn, id));
  return calls;
}

/// Adds calls between those there are, a few at a time, which packing then has to merge with them.
void add_some(Store& store, Expected& expected, const Crew& crew) {
  std::mt19937 random(1);
  for (int round = 0; !crew.stopping(); ++round) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i)
      ids.push_back(fmt::format("{:05}-{}-{}", random() % 4'000, round, i));
    store.insert(finished(ids));
    for (const std::string& id : ids) expected.set(id, std::nullopt);
    std::this_thread::sleep_for(300us);
  }
}

/// Adds calls that go straight into blocks.
void add_many(Store& store, Expected& expected, const Crew& crew) {
  std::mt19937 random(2);
  for (int round = 0; !crew.stopping(); ++round) {
    const auto from = random() % 4'000;
    std::vector<std::string> ids;
    for (int i = 0; i < 130; ++i) ids.push_back(fmt::format("{:05}-many-{}-{:03}", from, round, i));
    store.insert(finished(ids));
    for (const std::string& id : ids) expected.set(id, std::nullopt);
    std::this_thread::sleep_for(25ms);
  }
}

/// Puts logs to calls that were there from the beginning.
void put_logs(Store& store, Expected& expected, const Crew& crew) {
  std::mt19937 random(3);
  for (int round = 0; !crew.stopping(); ++round) {
    const std::string id = fmt::format("{:05}", 2 * (random() % 1'000));
    const std::string log = fmt::format("log {}", round);
    store.put_log({contested_fn, id}, log);
    expected.set(id, log);
    std::this_thread::sleep_for(200us);
  }
}

/// Removes others of them, and brings some of those back.
void remove_some(Store& store, Expected& expected, const Crew& crew) {
  for (std::size_t i = 0; !crew.stopping() && i < 1'000; ++i) {
    const std::string id = fmt::format("{:05}", 2'000 + 2 * (i * 7 % 1'000));
    store.remove({contested_fn, id});
    expected.erase(id);
    if (i % 3 == 0) {
      const CallRecord back{call_in(Status::error, contested_fn, id), "it is back"};
      store.insert(std::span(&back, 1), OnConflict::error);
      expected.set(id, back.log);
    }
    std::this_thread::sleep_for(300us);
  }
}

}  // namespace

TEST_CASE("changes to packed calls while others are packed are neither lost nor undone") {
  const StoreFolder folder;
  Expected expected;
  {
    Store store = folder.open({.durability = Durability::crash_safe, .background_packing = false});
    std::vector<std::string> ids;
    for (int i = 0; i < 4'000; i += 2) ids.push_back(fmt::format("{:05}", i));
    store.insert(finished(ids));
    for (const std::string& id : ids) expected.set(id, std::nullopt);
    Crew crew;
    crew.add([&] { add_some(store, expected, crew); });
    crew.add([&] { add_many(store, expected, crew); });
    crew.add([&] { put_logs(store, expected, crew); });
    crew.add([&] { remove_some(store, expected, crew); });
    crew.add([&] {
      while (!crew.stopping()) store.pack();
    });
    crew.start();
    for (int i = 0; i < 150 && !crew.stopping(); ++i) std::this_thread::sleep_for(10ms);
    crew.stop();
    CHECK_NOTHROW(crew.join());
    check(store, expected);
    store.pack();
    check(store, expected);
  }
  check(folder.open(), expected);
}

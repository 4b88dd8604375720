#include "calls.h"
#include "crew.h"
#include "store_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <fmt/format.h>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

using Keys = std::set<std::pair<std::string, std::string>>;

/// Calls that were acknowledged and are never removed.
class Lasting {
 public:
  void add(const Call& call) {
    const std::lock_guard guard(mutex_);
    keys_.emplace(call.fn_id, call.id);
  }
  Keys of(const std::string& fn_id) const {
    const std::lock_guard guard(mutex_);
    Keys keys;
    for (const auto& key : keys_) {
      if (fn_id.empty() || key.first == fn_id) keys.insert(key);
    }
    return keys;
  }

 private:
  mutable std::mutex mutex_;
  Keys keys_;
};

std::string function_of(std::uint64_t number) {
  return fmt::format("fn-{}", number % 2);
}

/// Adds lasting calls at any place of the order.
void add_lasting(Store& store, Lasting& lasting, const Crew& crew, std::uint32_t seed) {
  std::mt19937 random(seed);
  for (int round = 0; !crew.stopping() && round < 1'500; ++round) {
    const Call call = call_in(Status::success, function_of(random()),
                              fmt::format("{:06}-{}-{}", random() % 1'000'000, seed, round));
    store.insert(call);
    lasting.add(call);
    std::this_thread::sleep_for(500us);
  }
}

/// Takes calls through their lives and away again, among those that last.
void change_passing(Store& store, const Crew& crew) {
  std::mt19937 random(7);
  for (int round = 0; !crew.stopping(); ++round) {
    const Call call = call_in(Status::queued, function_of(random()),
                              fmt::format("{:06}-passing-{}", random() % 1'000'000, round));
    store.insert(call);
    store.transition(call.key(), {.to = Status::running});
    store.transition(call.key(),
                     {.to = Status::success, .stats = {{*call.created_at, {{"n", 1}}}}});
    store.put_log(call.key(), "log");
    if (round % 3 != 0) store.remove(call.key());
    std::this_thread::sleep_for(200us);
  }
}

/// Walks again and again, and looks for all that had been acknowledged before each walk.
void walk_again(const Store& store, const Lasting& lasting, const Crew& crew, std::uint32_t seed,
                std::atomic<int>& walks) {
  std::mt19937 random(seed);
  const std::size_t sizes[] = {7, 30, 100, 1'000};
  while (!crew.stopping()) {
    CallFilter filter{.per_page = sizes[random() % 4]};
    if (random() % 3 != 0) filter.fn_id = function_of(random());
    if (random() % 3 == 0) filter.status = {Status::success};
    Keys missing = lasting.of(filter.fn_id);
    for (const Call& call : checked_walk(store, filter)) missing.erase({call.fn_id, call.id});
    if (!missing.empty()) {
      throw std::runtime_error(fmt::format("a walk by {} of {} missed {} calls, such as {}",
                                           filter.per_page, filter.fn_id, missing.size(),
                                           missing.begin()->second));
    }
    ++walks;
  }
}

/// Two calls of one request, in two functions, and the page in which both must be or neither.
void check_pairs(const Store& store, const Crew& crew, std::atomic<int>& pairs) {
  while (!crew.stopping()) {
    std::multiset<std::string> ids;
    for (const Call& call : store.list({.per_page = 1'000, .type = CallType::sync}).items) {
      ids.insert(call.id);
    }
    for (const std::string& id : ids) {
      if (ids.count(id) != 2) throw std::runtime_error("half of a request is there: " + id);
    }
    pairs = static_cast<int>(ids.size());
  }
}

void add_pairs(Store& store, const Crew& crew) {
  for (std::size_t i = 0; !crew.stopping() && i < 450; ++i) {
    std::vector<Call> pair{call_in(Status::success, "pair-a", four_digits(i)),
                           call_in(Status::success, "pair-b", four_digits(i))};
    for (Call& call : pair) call.type = CallType::sync;
    store.insert(pair);
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

TEST_CASE("pages are in order and miss nothing while others write and pack") {
  const StoreFolder folder;
  const auto packing = GENERATE("in the background", "without a pause");
  CAPTURE(packing);
  const bool in_background = std::string(packing) == "in the background";
  Store store = folder.open({.durability = Durability::crash_safe,
                             .pack_after = 150,
                             .background_packing = in_background});
  Lasting lasting;
  for (std::size_t i = 0; i < 900; ++i) {
    const Call call = call_in(Status::success, function_of(i), fmt::format("{:06}", i * 1'009));
    store.insert(call);
    lasting.add(call);
  }
  std::atomic<int> walks{0};
  std::atomic<int> pairs{0};
  Crew crew;
  crew.add([&] { add_lasting(store, lasting, crew, 1); });
  crew.add([&] { change_passing(store, crew); });
  crew.add([&] { add_pairs(store, crew); });
  crew.add([&] { check_pairs(store, crew, pairs); });
  for (std::uint32_t seed = 0; seed < 2; ++seed) {
    crew.add([&, seed] { walk_again(store, lasting, crew, seed, walks); });
  }
  if (!in_background) {
    crew.add([&] {
      while (!crew.stopping()) store.pack();
    });
  }
  crew.start();
  for (int i = 0; i < 250 && !crew.stopping(); ++i) std::this_thread::sleep_for(10ms);
  crew.stop();
  CHECK_NOTHROW(crew.join());
  CHECK(walks > 3);
  CHECK(pairs > 0);
}

TEST_CASE("a call is seen in each state with what belongs to it, and never goes back") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe, .pack_after = 30});
  constexpr std::size_t calls = 200;
  std::atomic<std::size_t> newest{0};
  std::atomic<int> looks{0};
  store.insert(call_in(Status::queued, "fn", four_digits(0)));
  Crew crew;
  crew.add([&] {
    for (std::size_t i = 0; i < calls && !crew.stopping(); ++i) {
      const std::string id = four_digits(i);
      if (i > 0) store.insert(call_in(Status::queued, "fn", id));
      newest = i;
      store.transition({"fn", id}, {.to = Status::running});
      store.transition({"fn", id}, {.to = Status::error, .error = "timeout"});
      store.put_log({"fn", id}, id);
    }
    while (looks <= 10 && !crew.stopping()) std::this_thread::sleep_for(1ms);
    crew.stop();
  });
  for (int reader = 0; reader < 2; ++reader) {
    crew.add([&] {
      std::vector<Status> seen(calls, Status::delayed);
      while (!crew.stopping()) {
        const std::size_t i = newest;
        const Call call = store.get({"fn", four_digits(i)});
        const bool ended = call.status == Status::error;
        if (call.started_at.has_value() != (call.status != Status::queued) ||
            call.completed_at.has_value() != ended || call.error != (ended ? "timeout" : "") ||
            call.status < seen[i]) {
          throw std::runtime_error("not a state that ever was: " + to_json(call));
        }
        seen[i] = call.status;
        const std::optional<std::string> log = store.find_log(call.key());
        if (log && *log != call.id) throw std::runtime_error("another call's log: " + *log);
        ++looks;
      }
    });
  }
  CHECK_NOTHROW(crew.join());
  CHECK(looks > 10);
  CHECK(store.info().calls_by_status[static_cast<std::size_t>(Status::error)] == calls);
}

#include "calls.h"
#include "crew.h"
#include "store_folder.h"

#include <array>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <mutex>
#include <set>

using namespace fnstore;

namespace {

constexpr std::size_t thread_count = 8;

std::string id_of(std::size_t thread, std::size_t number) {
  return fmt::format("{}-{:04}", thread, number);
}

/// A request that keeps the writer busy for a while, so that others wait and go as one group.
std::vector<Call> long_request() {
  std::vector<Call> calls;
  for (std::size_t i = 0; i < 20'000; ++i) {
    calls.push_back(call_in(Status::running, "long", fmt::format("{:06}", i)));
  }
  return calls;
}

/// Who won, by the number of what was raced for.
class Winners {
 public:
  void won(std::size_t number, std::size_t thread) {
    const std::lock_guard guard(mutex_);
    winners_.emplace(number, thread);
  }
  const std::multimap<std::size_t, std::size_t>& all() const { return winners_; }

 private:
  std::mutex mutex_;
  std::multimap<std::size_t, std::size_t> winners_;
};

}  // namespace

TEST_CASE("what eight threads insert at once is all there, and there after reopening") {
  const StoreFolder folder;
  std::set<std::string> wanted;
  for (std::size_t thread = 0; thread < thread_count; ++thread) {
    for (std::size_t i = 0; i < 100; ++i) wanted.insert(id_of(thread, i));
  }
  const auto found = [](const Store& store) {
    std::set<std::string> ids;
    for (const Call& call : checked_walk(store, {.fn_id = "fn", .per_page = 77}))
      ids.insert(call.id);
    return ids;
  };
  {
    Store store = folder.open({.durability = Durability::power_safe, .pack_after = 300});
    run_together(thread_count, [&](std::size_t thread) {
      for (std::size_t i = 0; i < 40; ++i) {
        store.insert(call_in(Status::success, "fn", id_of(thread, i)));
        if (!store.find({"fn", id_of(thread, i)}))
          throw std::runtime_error("acknowledged, not there");
      }
      std::vector<Call> batch;
      for (std::size_t i = 40; i < 100; ++i) {
        batch.push_back(call_in(static_cast<Status>(i % 6), "fn", id_of(thread, i)));
        if (batch.size() < 20) continue;
        store.insert(batch);
        batch.clear();
      }
    });
    CHECK(found(store) == wanted);
    CHECK(store.info().calls == wanted.size());
  }
  CHECK(found(folder.open()) == wanted);
}

TEST_CASE("of inserters racing for one id exactly one wins, the others conflict") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe, .pack_after = 50});
  constexpr std::size_t calls = 150;
  Winners winners;
  run_together(thread_count, [&](std::size_t thread) {
    for (std::size_t i = 0; i < calls; ++i) {
      Call call = call_in(Status::success, "fn", four_digits(i));
      call.app_id = fmt::format("thread {}", thread);
      const std::string code = code_of([&] { store.insert(call); });
      if (code == "no error") {
        winners.won(i, thread);
      } else if (code != "conflict") {
        throw std::runtime_error("refused with " + code);
      }
    }
  });
  REQUIRE(winners.all().size() == calls);
  for (const auto& [number, thread] : winners.all()) {
    CHECK(winners.all().count(number) == 1);
    CHECK(store.get({"fn", four_digits(number)}).app_id == fmt::format("thread {}", thread));
  }
  CHECK(store.info().calls == calls);
}

TEST_CASE("of batches racing for one id exactly one goes in, and that whole") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe});
  const std::size_t size =
      GENERATE(std::size_t{5}, std::size_t{200});  // as rows, and straight into blocks
  constexpr std::size_t rounds = 25;
  Winners winners;
  run_together(thread_count, [&](std::size_t thread) {
    for (std::size_t round = 0; round < rounds; ++round) {
      std::vector<Call> batch;
      for (std::size_t i = 0; i < size; ++i) {
        batch.push_back(call_in(Status::success, "fn", fmt::format("{}-{}-{}", round, thread, i)));
      }
      batch[size / 2].id = fmt::format("{}-shared", round);
      if (code_of([&] { store.insert(batch); }) == "no error") winners.won(round, thread);
    }
  });
  REQUIRE(winners.all().size() == rounds);
  const std::vector<Call> all = checked_walk(store, {.fn_id = "fn", .per_page = 1'000});
  CHECK(all.size() == rounds * size);
  for (const auto& [round, thread] : winners.all()) {
    CHECK(winners.all().count(round) == 1);
    CHECK(store.find({"fn", fmt::format("{}-{}-0", round, thread)}).has_value());
  }
}

TEST_CASE("a request that fails in a group gets its own error and disturbs no other") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::power_safe});
  store.insert(call_in(Status::success, "fn", "there"));
  store.insert(call_in(Status::queued, "fn", "waits"));
  const std::vector<Call> large = long_request();
  const std::vector<Call> partly{call_in(Status::success, "new function", "a"),
                                 call_in(Status::success, "fn", "there")};
  const Call twice = call_in(Status::queued, "fn", "there");
  std::array<std::set<std::string>, 5> codes;
  Crew crew;
  crew.add([&] { store.insert(large); });
  for (std::size_t thread = 0; thread < 3; ++thread) {
    crew.add([&, thread] {
      for (std::size_t i = 0; i < 40; ++i) {
        store.insert(call_in(Status::running, "fn", id_of(thread, i)));
        store.transition({"fn", id_of(thread, i)}, {.to = Status::success});
        store.put_log({"fn", id_of(thread, i)}, id_of(thread, i));
      }
    });
  }
  const auto repeat = [&](std::size_t kind, auto act) {
    crew.add([&codes, kind, act] {
      for (int i = 0; i < 40; ++i) codes[kind].insert(code_of(act));
    });
  };
  repeat(0, [&] { store.insert(twice); });
  repeat(1, [&] { store.insert(partly); });
  repeat(2, [&] { store.transition({"fn", "waits"}, {.to = Status::success}); });
  repeat(3, [&] { store.put_log({"fn", "nobody"}, "log"); });
  repeat(4, [&] { store.remove({"fn", "waits"}); });
  crew.join();
  const char* const wanted[] = {"conflict", "conflict", "conflict", "not_found", "conflict"};
  for (std::size_t kind = 0; kind < 5; ++kind)
    CHECK(codes[kind] == std::set<std::string>{wanted[kind]});
  CHECK(store.info().calls == large.size() + 2 + 3 * 40);
  CHECK(store.find({"new function", "a"}) == std::nullopt);
  CHECK(store.get({"fn", "there"}).status == Status::success);
  CHECK(store.get({"fn", "waits"}).status == Status::queued);
  for (std::size_t thread = 0; thread < 3; ++thread) {
    for (std::size_t i = 0; i < 40; ++i) {
      CHECK(store.get({"fn", id_of(thread, i)}).status == Status::success);
      CHECK(store.get_log({"fn", id_of(thread, i)}) == id_of(thread, i));
    }
  }
}

TEST_CASE("flush has nothing to wait for, nor to say, where writes are acknowledged when done") {
  const StoreFolder folder;
  const Durability durability = GENERATE(Durability::power_safe, Durability::crash_safe);
  Store store = folder.open({.durability = durability});
  store.insert(call_in(Status::success, "fn", "id"));
  CHECK(code_of([&] { store.insert(call_in(Status::success, "fn", "id")); }) == "conflict");
  CHECK(code_of([&] { store.flush(); }) == "no error");
}

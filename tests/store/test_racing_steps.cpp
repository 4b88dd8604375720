#include "calls.h"
#include "crew.h"
#include "store_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <fmt/format.h>

using namespace fnstore;

namespace {

constexpr std::size_t thread_count = 8;
constexpr std::size_t call_count = 100;

/// For each call the thread whose step was taken, and how many were.
struct Race {
  std::vector<std::atomic<std::size_t>> winner = std::vector<std::atomic<std::size_t>>(call_count);
  std::vector<std::atomic<int>> wins = std::vector<std::atomic<int>>(call_count);
};

/// Lets every thread act on every call; a thread that is refused must be told `code`.
template <typename Act>
void race(Race& outcome, const std::string& code, Act act) {
  run_together(thread_count, [&](std::size_t thread) {
    for (std::size_t i = 0; i < call_count; ++i) {
      const std::string said = code_of([&] { act(thread, four_digits(i)); });
      if (said == "no error") {
        outcome.winner[i] = thread;
        ++outcome.wins[i];
      } else if (said != code) {
        throw std::runtime_error("refused with " + said);
      }
    }
  });
}

Timestamp time_of(std::size_t thread) {
  return parse_rfc3339("2020-01-01T00:00:00Z") + std::chrono::seconds(thread);
}

}  // namespace

TEST_CASE("of threads that race to take one step exactly one takes it") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe, .pack_after = 20});
  for (std::size_t i = 0; i < call_count; ++i) {
    store.insert(call_in(Status::queued, "fn", four_digits(i)));
  }

  Race started;
  race(started, "conflict", [&](std::size_t thread, const std::string& id) {
    store.transition({"fn", id}, {.to = Status::running, .at = time_of(thread)});
  });
  for (std::size_t i = 0; i < call_count; ++i) {
    CHECK(started.wins[i] == 1);
    const Call call = store.get({"fn", four_digits(i)});
    CHECK(call.status == Status::running);
    CHECK(call.started_at == time_of(started.winner[i]));
  }

  Race ended;
  const Status ends[] = {Status::success, Status::error, Status::cancelled};
  race(ended, "conflict", [&](std::size_t thread, const std::string& id) {
    Transition step{.to = ends[thread % 3], .at = time_of(thread)};
    if (step.to != Status::success) step.error = fmt::format("by thread {}", thread);
    if (store.transition({"fn", id}, step).status != step.to) {
      throw std::runtime_error("another step was returned");
    }
  });
  for (std::size_t i = 0; i < call_count; ++i) {
    CHECK(ended.wins[i] == 1);
    const Call call = store.get({"fn", four_digits(i)});
    const std::size_t winner = ended.winner[i];
    CHECK(call.status == ends[winner % 3]);
    CHECK(call.completed_at == time_of(winner));
    CHECK(call.started_at == time_of(started.winner[i]));
    CHECK(call.error == (winner % 3 == 0 ? "" : fmt::format("by thread {}", winner)));
  }
}

TEST_CASE("of threads that race to remove a call exactly one removes it") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe, .pack_after = 20});
  std::vector<Call> calls;
  for (std::size_t i = 0; i < call_count; ++i) {
    calls.push_back(call_in(Status::success, "fn", four_digits(i)));
    if (i < call_count / 2) calls.push_back(call_in(Status::success, "other", four_digits(i)));
  }
  store.insert(calls);
  if (GENERATE(false, true)) store.pack();
  Race removed;
  race(removed, "not_found", [&](std::size_t, const std::string& id) { store.remove({"fn", id}); });
  for (std::size_t i = 0; i < call_count; ++i) CHECK(removed.wins[i] == 1);
  CHECK(store.list({.fn_id = "fn"}).items.empty());
  CHECK(store.info().calls == call_count / 2);
}

TEST_CASE("inserters and removers of one id alternate, and never both fail") {
  const StoreFolder folder;
  Store store = folder.open({.durability = Durability::crash_safe, .pack_after = 1});
  std::atomic<int> inserted{0};
  std::atomic<int> removed{0};
  run_together(6, [&](std::size_t thread) {
    for (int i = 0; i < 100; ++i) {
      if (thread % 2 == 0) {
        const Call call = call_in(Status::success, "fn", "id");
        const std::string code = code_of([&] { store.insert(call); });
        if (code == "no error") ++inserted;
        if (code != "no error" && code != "conflict") throw std::runtime_error(code);
      } else {
        const std::string code = code_of([&] { store.remove({"fn", "id"}); });
        if (code == "no error") ++removed;
        if (code != "no error" && code != "not_found") throw std::runtime_error(code);
      }
    }
  });
  CHECK(inserted > 0);
  const int left = store.find({"fn", "id"}) ? 1 : 0;
  CHECK(inserted - removed == left);
  CHECK(store.info().calls == static_cast<std::uint64_t>(left));
}

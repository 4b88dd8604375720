// Memory runs short in what goes over a whole store, in the queue and on threads of the library.

#include "failing_new.h"
#include "sample_history.h"
#include "shortage.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

const ClaimWish anything{.functions = {{"work", 10}}, .commands = 10, .most = 10};

bool holds_all_of(const Contents& whole, const Contents& part) {
  return std::all_of(part.begin(), part.end(), [&](const auto& entry) {
    const auto at = whole.find(entry.first);
    return at != whole.end() && at->second == entry.second;
  });
}

/// Something that changes nothing that can be seen.
void try_tidying(Shortage& shortage, void (*tidy)(Store&)) {
  make_killed_history(shortage.path());
  Contents expected;
  {
    Store store = Store::open(shortage.path(), quiet_options());
    expected = contents_of(store);
    shortage.during([&] { tidy(store); });
    CHECK((contents_of(store) == expected));
    tidy(store);
    CHECK((contents_of(store) == expected));
  }
  CHECK((shortage.reopened() == expected));
}

/// Adds to `acknowledged`, which has room for all, what the store said it has.
void insert_some(Store& store, const std::vector<Call>& calls,
                 std::vector<const Call*>& acknowledged) {
  for (const Call& call : calls) {
    try {
      store.insert(call);
      acknowledged.push_back(&call);
    } catch (const std::bad_alloc&) {
      continue;
    } catch (const Error& error) {
      if (error.code() != Errc::io) throw;
    }
  }
}

}  // namespace

TEST_CASE("packing changes nothing that can be seen") {
  every_shortage("pack", 53, [](Shortage& shortage) {
    try_tidying(shortage, [](Store& store) { store.pack(); });
  });
}

TEST_CASE("compacting changes nothing that can be seen") {
  every_shortage("compact", 97, [](Shortage& shortage) {
    try_tidying(shortage, [](Store& store) { store.compact(); });
  });
}

TEST_CASE("a prune deletes what it selects and nothing else") {
  every_shortage("prune", 53, [](Shortage& shortage) {
    make_history(shortage.path());
    Contents expected;
    {
      Store store = Store::open(shortage.path(), quiet_options());
      const Contents before = contents_of(store);
      const PruneRequest request{.fn_id = "f-1", .keep_last = 0};
      const bool done = shortage.during([&] { store.prune(request); });
      const Contents now = contents_of(store);
      CHECK(holds_all_of(before, now));
      store.prune(request);
      expected = contents_of(store);
      CHECK(expected.size() == 202 + history_waiting);
      CHECK(holds_all_of(now, expected));
      if (done) CHECK((now == expected));
    }
    CHECK((shortage.reopened() == expected));
  });
}

TEST_CASE("the queue hands out each call once and takes its end once") {
  every_shortage("queue", 3, [](Shortage& shortage) {
    make_history(shortage.path());
    {
      Store store = Store::open(shortage.path(), quiet_options());
      Queue queue(store);
      const Submission submission{.call = {.id = "new", .fn_id = "work", .type = CallType::async}};
      const bool submitted = shortage.during([&] { queue.submit(submission); });
      CHECK(store.find({"work", "new"}).has_value() == submitted);
      const std::size_t waiting = history_waiting + (submitted ? 1 : 0);
      const Worker worker = Queue::new_worker(10s);
      std::size_t handed = 0;
      const bool claimed = shortage.during([&] { handed = queue.claim(worker, anything).size(); });
      CHECK(handed == (claimed ? waiting : 0));
      CHECK(queue.held(worker).size() == handed);
      CHECK(queue.claim(worker, anything).size() == waiting - handed);
      const CallKey key{"work", "waiting-0"};
      const Settlement end{.step = {.to = Status::success}, .log = "done\n", .result = "42"};
      const bool settled = shortage.during([&] { queue.settle(worker, key, 1, end); });
      CHECK((store.get(key).status == Status::success) == settled);
      CHECK(queue.find_result(key).has_value() == settled);
      CHECK(store.find_log(key).has_value() == settled);
      if (!settled) queue.settle(worker, key, 1, end);
    }
    CHECK(shortage.reopened().at({"work", "waiting-0"}).log == "done\n");
  });
}

TEST_CASE("a backup and a restored store are whole or not there") {
  every_shortage("backup and restore", 41, [](Shortage& shortage) {
    make_killed_history(shortage.path());
    Contents expected;
    {
      Store store = Store::open(shortage.path(), quiet_options());
      expected = contents_of(store);
      const bool done = shortage.during([&] { Safekeeping(store).backup(shortage.path("copy")); });
      shortage.check_no_drafts();
      CHECK(std::filesystem::exists(shortage.path("copy")) == done);
      CHECK((contents_of(store) == expected));
      if (!done) Safekeeping(store).backup(shortage.path("copy"));
    }
    CHECK((shortage.reopened("copy") == expected));
    Store::open(shortage.path(), quiet_options()).insert(sample_batch(5));
    const bool done = shortage.during(
        [&] { Safekeeping::restore(shortage.path("copy"), shortage.path(), {.force = true}); });
    shortage.check_no_drafts();
    CHECK(shortage.reopened().size() == expected.size() + (done ? 0 : 5));
  });
}

TEST_CASE("a buffered write that found no memory is told of by the next flush, or there") {
  every_shortage("buffered", 3, [](Shortage& shortage) {
    make_history(shortage.path());
    StoreOptions options = quiet_options();
    options.durability = Durability::buffered;
    const std::vector<Call> calls = sample_batch(3, "buffered");
    {
      Store store = Store::open(shortage.path(), options);
      const bool done = shortage.during([&] {
        for (const Call& call : calls) store.insert(call);
        store.flush();
      });
      std::size_t there = 0;
      for (const Call& call : calls) there += store.find(call.key()) ? 1U : 0U;
      if (done) CHECK(there == calls.size());
      store.insert(sample_batch(1, "later"));
      try {
        store.flush();
      } catch (const Error& error) {
        CHECK_FALSE(done);  // of a write that came after the first flush gave up
        CHECK_THAT(error.what(), Catch::Contains("out of memory"));
      }
      CHECK(store.find({"later", "000000"}));
    }
    CHECK(shortage.reopened().contains({"later", "000000"}));
  });
}

TEST_CASE("writers side by side, and packing in the background, go on after a shortage") {
  for (const std::uint64_t first : {1, 40, 90, 200, 500, 1'000, 1'700, 2'500, 4'000}) {
    INFO("from the " << first << "th on");
    const Shortage place(1, 0);
    StoreOptions options;
    options.pack_after = 20;
    options.durability = Durability::crash_safe;
    Contents expected;
    {
      Store store = Store::open(place.path(), options);
      const std::vector<std::vector<Call>> calls{sample_batch(60, "w-0"), sample_batch(60, "w-1"),
                                                 sample_batch(60, "w-2")};
      std::vector<std::vector<const Call*>> acknowledged(calls.size());
      for (auto& of_thread : acknowledged) of_thread.reserve(60);
      std::vector<std::thread> threads;
      threads.reserve(acknowledged.size());
      {
        const FailingNew failing(first, 120);
        for (std::size_t i = 0; i < acknowledged.size(); ++i) {
          while (threads.size() <= i) {
            try {
              threads.emplace_back([&, i] { insert_some(store, calls[i], acknowledged[i]); });
            } catch (const std::bad_alloc&) {
              continue;
            }
          }
        }
        for (std::thread& thread : threads) thread.join();
      }
      store.pack();
      for (const auto& of_thread : acknowledged) {
        for (const Call* call : of_thread) {
          expected[{call->fn_id, call->id}] = {*call, std::nullopt};
        }
      }
      CHECK((contents_of(store) == expected));
    }
    CHECK((place.reopened() == expected));
  }
}

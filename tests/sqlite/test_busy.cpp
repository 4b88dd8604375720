// What happens while someone else holds a store's file, and when they let go.

#include "fnstore/store.h"

#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

StoreOptions patient_for(std::chrono::milliseconds time) {
  StoreOptions options = quiet_options();
  options.busy_timeout = time;
  return options;
}

/// Holds the file beside a store that its writers lock.
class HeldLockFile {
 public:
  explicit HeldLockFile(const std::string& path)
      : descriptor_(::open((path + "-lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    REQUIRE(::flock(descriptor_, LOCK_EX | LOCK_NB) == 0);
  }
  ~HeldLockFile() { ::close(descriptor_); }
  HeldLockFile(const HeldLockFile&) = delete;
  HeldLockFile& operator=(const HeldLockFile&) = delete;

 private:
  int descriptor_;
};

class HeldTransaction {
 public:
  HeldTransaction(const std::string& path, const std::string& begin) : raw_(path) {
    raw_.run(begin);
  }
  ~HeldTransaction() { raw_.run("ROLLBACK"); }

 private:
  RawDatabase raw_;
};

/// Every write there is, each of which would succeed if nobody were in its way.
std::vector<std::pair<std::string, std::function<void(Store&)>>> all_writes() {
  return {
      {"insert", [](Store& store) { store.insert(sample_call("f", 100)); }},
      {"bulk insert",
       [](Store& store) { store.insert(sample_records("b", 0, 300), OnConflict::error); }},
      {"transition",
       [](Store& store) {
         store.transition({"w", waiting_call("w", 1).id}, {.to = Status::running});
       }},
      {"put_log",
       [](Store& store) {
         store.put_log({"f", sample_call("f", 1).id}, "log");
       }},
      {"remove",
       [](Store& store) {
         store.remove({"f", sample_call("f", 2).id});
       }},
      {"pack", [](Store& store) { store.pack(); }},
  };
}

void check_that_writes_are_busy(Store& store, const std::string& path) {
  const std::vector<Call> before = walk(store, {});
  for (const auto& each : all_writes()) {
    const auto& write = each.second;
    INFO(each.first);
    const auto start = steady_clock::now();
    const Error error = refusal([&] { write(store); });
    const auto waited = steady_clock::now() - start;
    CHECK(error.code() == Errc::busy);
    CHECK(error.retryable());
    CHECK_THAT(error.what(), Catch::Contains(path));
    CHECK_THAT(error.what(), Catch::Contains("try again"));
    CHECK(waited >= 190ms);
    CHECK(waited < 5s);
    CHECK((walk(store, {}) == before));  // readers go on meanwhile
  }
  CHECK(RawDatabase(path).number("SELECT count(*) FROM recent_calls") ==
        static_cast<std::int64_t>(before.size()));
}

}  // namespace

TEST_CASE("a write gives up when the file stays held, and changes nothing") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, patient_for(200ms));
  for (std::uint32_t n = 0; n < 10; ++n) store.insert(sample_call("f", n));
  store.insert(waiting_call("w", 1));

  SECTION("by another program's exclusive transaction") {
    const HeldTransaction held(path, "BEGIN EXCLUSIVE");
    check_that_writes_are_busy(store, path);
  }
  SECTION("by another program's write transaction") {
    const HeldTransaction held(path, "BEGIN IMMEDIATE");
    check_that_writes_are_busy(store, path);
  }
  SECTION("by the lock of another fnstore") {
    const HeldLockFile held(path);
    check_that_writes_are_busy(store, path);
  }
  for (const auto& [name, write] : all_writes()) {
    INFO("then " << name);
    CHECK_NOTHROW(write(store));
  }
  CHECK(store.info().calls == 10 + 1 + 1 + 300 - 1);
}

TEST_CASE("a write that comes while another waits for the file has all its time") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, patient_for(600ms));
  store.insert(sample_call("f", 1));
  auto held = std::make_unique<HeldLockFile>(path);
  const auto refusal_of = [&](std::uint32_t n) -> std::optional<Error> {
    try {
      store.insert(sample_call("f", n));
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  };
  auto early = std::async(std::launch::async, refusal_of, 2);
  std::this_thread::sleep_for(300ms);
  auto late = std::async(std::launch::async, refusal_of, 3);
  const std::optional<Error> refused = early.get();
  std::this_thread::sleep_for(100ms);
  held.reset();
  const std::optional<Error> refused_late = late.get();
  REQUIRE(refused);
  CHECK(refused->code() == Errc::busy);
  INFO((refused_late ? refused_late->what() : ""));
  CHECK(!refused_late);
  CHECK(store.info().calls == 2);
  CHECK(store.find({"f", sample_call("f", 3).id}));
}

TEST_CASE("a write that found the file busy leaves nothing behind that fails the next") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, patient_for(50ms));
  for (std::uint32_t n = 0; n < 10; ++n) store.insert(sample_call("f", n));
  store.insert(waiting_call("w", 1));
  for (const auto& each : all_writes()) {
    const auto& write = each.second;
    INFO(each.first);
    {
      const HeldTransaction held(path, "BEGIN IMMEDIATE");
      CHECK(refusal([&] { write(store); }).code() == Errc::busy);
    }
    CHECK_NOTHROW(write(store));
  }
}

TEST_CASE("a write waits for who lets go in time") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, patient_for(20s));
  store.insert(sample_call("f", 0));
  const auto insert_while = [&](auto&& hold, std::uint32_t n) {
    std::atomic<bool> held{false};
    std::thread holder([&] {
      const auto holding = hold();
      held = true;
      std::this_thread::sleep_for(300ms);
    });
    while (!held) std::this_thread::yield();
    const auto start = steady_clock::now();
    store.insert(sample_call("f", n));
    CHECK(steady_clock::now() - start > 100ms);
    holder.join();
  };
  insert_while([&] { return HeldTransaction(path, "BEGIN EXCLUSIVE"); }, 1);
  insert_while([&] { return HeldLockFile(path); }, 2);
  CHECK(store.info().calls == 3);
}

TEST_CASE("every waiting writer of a busy file is told so") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, patient_for(500ms));
  store.insert(sample_call("f", 0));
  std::atomic<int> busy{0};
  const auto start = steady_clock::now();
  {
    const HeldLockFile held(path);
    std::vector<std::thread> writers;
    for (std::uint32_t n = 1; n <= 8; ++n) {
      writers.emplace_back([&, n] {
        try {
          store.insert(sample_call("f", n));
        } catch (const Error& error) {
          if (error.code() == Errc::busy) ++busy;
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  CHECK(busy == 8);
  CHECK(steady_clock::now() - start < 2500ms);  // not one after the other
  CHECK(store.info().calls == 1);
  for (std::uint32_t n = 1; n <= 8; ++n) store.insert(sample_call("f", n));
  CHECK(store.info().calls == 9);
}

TEST_CASE("a buffered write that found the file busy is reported by flush") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  StoreOptions options = patient_for(200ms);
  options.durability = Durability::buffered;
  Store store = Store::open(path, options);
  {
    const HeldLockFile held(path);
    store.insert(sample_call("f", 1));
    CHECK(refusal([&] { store.flush(); }).code() == Errc::busy);
  }
  CHECK_NOTHROW(store.flush());
  store.insert(sample_call("f", 2));
  store.flush();
  CHECK(store.info().calls == 1);
}

TEST_CASE("a file that another program has to itself cannot be opened") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()).insert(sample_call("f", 1)); }
  {
    RawDatabase raw(path);
    raw.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT");
    const Error error = refusal([&] { Store::open(path, patient_for(200ms)); });
    CHECK(error.code() == Errc::busy);
    CHECK_THAT(error.what(), Catch::Contains(path));
  }
  CHECK(Store::open(path, patient_for(200ms)).info().calls == 1);
}

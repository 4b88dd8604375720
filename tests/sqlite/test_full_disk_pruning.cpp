// On a disk without any space left, calls can be deleted, which gives it back: an open store keeps
// what that takes in its lock file.

#include "fnstore/retention.h"
#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"
#include "small_disk.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace fnstore;

namespace {

std::vector<Call> some_calls(std::uint32_t from, std::uint32_t count = 100) {
  std::vector<Call> calls;
  for (std::uint32_t n = from; n < from + count; ++n) calls.push_back(sample_call("f", n));
  return calls;
}

/// Inserts until it is refused, then one by one until that is refused too.
std::uint32_t fill_store(Store& store, std::uint32_t from) {
  std::uint32_t next = from;
  for (const std::uint32_t count : {100U, 1U}) {
    const Error error = refusal([&] {
      for (; next < 1'000'000; next += count) store.insert(some_calls(next, count));
    });
    CHECK(error.code() == Errc::full);
  }
  return next;
}

/// Even the last byte that others could take.
std::optional<Filler> fill(const ScratchFolder& folder) {
  return std::optional<Filler>(std::in_place, folder.path("filler"), 0);
}

/// What was pruned goes back to the disk a little later.
bool goes_in_time(Store& store, const Call& call) {
  for (int tenths = 0; tenths < 1'200; ++tenths) {
    try {
      store.insert(call);
      return true;
    } catch (const Error& error) {
      if (error.code() != Errc::full) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  return false;
}

enum class Tier { rows, blocks };

}  // namespace

TEST_CASE("prune makes room on a disk that has none, and writing goes on") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  const Tier tier = GENERATE(Tier::rows, Tier::blocks);
  INFO((tier == Tier::rows ? "rows" : "blocks"));
  Store store = Store::open(folder.path("history.db"), quiet_options());
  std::uint32_t calls = 0;
  if (tier == Tier::blocks) {
    for (; calls < 10'000; calls += 1'000) {
      store.insert(some_calls(calls, 1'000));
      store.pack();
    }
  }
  calls = fill_store(store, calls);
  const std::optional<Filler> filler = fill(folder);
  CHECK(refusal([&] { store.insert(sample_call("f", calls)); }).code() == Errc::full);
  CHECK(walk(store, {.fn_id = "f"}).size() == calls);

  PruneRequest oldest;
  oldest.keep_last = calls / 2;
  const PruneResult result = store.prune(oldest);
  CHECK(result.calls == calls - calls / 2);
  CHECK(result.bytes_after < result.bytes_before);
  CHECK(store.info().calls == calls / 2);
  REQUIRE_NOTHROW(store.insert(sample_call("f", calls)));
  CHECK(store.info().calls == calls / 2 + 1);
  CHECK(Safekeeping(store).verify().ok());
}

TEST_CASE("prune makes room while others fill every byte of it") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  Store store = Store::open(folder.path("history.db"), quiet_options());
  std::uint32_t next = fill_store(store, 0);
  const std::optional<Filler> filler = fill(folder);
  std::atomic<bool> stop{false};
  std::atomic<int> refused{0};
  std::thread greedy([&] {
    while (!stop) {
      try {
        store.insert(some_calls(next, 50));
        next += 50;
      } catch (const Error& error) {
        if (error.code() == Errc::full) ++refused;
      }
    }
  });
  PruneRequest oldest;
  oldest.keep_last = 500;
  PruneResult result;
  CHECK_NOTHROW(result = store.prune(oldest));
  stop = true;
  greedy.join();
  CHECK(result.calls > 500);
  CHECK(refused > 0);
  CHECK(Safekeeping(store).verify().ok());
}

TEST_CASE("a retention policy is applied on a full disk") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  StoreOptions options = quiet_options();
  options.background_packing = true;
  options.pack_after = std::size_t{1} << 20;
  options.retention_interval = std::chrono::milliseconds(200);
  Store store = Store::open(folder.path("history.db"), options);
  RetentionPolicy policy;
  RetentionRule rule;
  rule.keep_last = 200;
  policy.rules.push_back(rule);
  std::uint32_t calls = 0;
  {
    StoreOptions still = quiet_options();
    Store filling = Store::open(folder.path("history.db"), still);
    calls = fill_store(filling, 0);
  }
  const std::optional<Filler> filler = fill(folder);
  REQUIRE_NOTHROW(store.set_retention_policy(policy));
  for (int tenths = 0; tenths < 1'200 && store.info().calls > 200; ++tenths) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(store.info().calls == 200);
  CHECK(goes_in_time(store, sample_call("f", calls)));
}

TEST_CASE("a store that was closed on a full disk can be opened there and pruned") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  const std::string path = folder.path("history.db");
  std::uint32_t calls = 0;
  std::optional<Filler> filler;
  {
    Store store = Store::open(path, quiet_options());
    calls = fill_store(store, 0);
    filler.emplace(folder.path("filler"), 0);
    CHECK(refusal([&] { store.insert(sample_call("f", calls)); }).code() == Errc::full);
  }
  const Filler rest(folder.path("rest"), 0);  // what closing gave back is taken as well
  {
    Store store = Store::open(path, quiet_options());
    CHECK(store.info().calls == calls);
    PruneRequest oldest;
    oldest.keep_last = calls / 2;
    CHECK(store.prune(oldest).calls == calls - calls / 2);
    CHECK_NOTHROW(store.insert(sample_call("f", calls)));
  }
  { Store::open(path, quiet_options()).insert(sample_call("f", calls + 1)); }
  CHECK(folder.names() == "filler history.db rest");  // no reserve stays where it is not needed
}

TEST_CASE("another process can prune what this one filled the disk with") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  const std::string path = folder.path("history.db");
  const std::string go = folder.path("go");
  const pid_t child = ::fork();  // before this process has a store open
  REQUIRE(child >= 0);
  if (child == 0) {
    while (::access(go.c_str(), F_OK) != 0) ::usleep(10'000);
    try {
      Store store = Store::open(path, quiet_options());
      PruneRequest oldest;
      oldest.keep_last = 100;
      ::_exit(store.prune(oldest).calls > 0 ? 0 : 2);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
  }
  Store store = Store::open(path, quiet_options());
  write_bytes(go + "-soon", "");
  const std::uint32_t calls = fill_store(store, 0);
  const std::optional<Filler> filler = fill(folder);
  std::filesystem::rename(go + "-soon", go);
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(store.info().calls == 100);
  CHECK_NOTHROW(store.insert(sample_call("f", calls)));
}

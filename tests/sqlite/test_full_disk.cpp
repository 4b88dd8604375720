// A disk that is full, and one that cannot be written. Both are small file systems of their own,
// in a mount namespace that ends with the program. Where the system allows no mounts the tests say
// so; for root that is a failure.

#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"
#include "small_disk.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <random>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

constexpr std::size_t mebibyte = 1 << 20;

std::vector<Call> batch(std::uint32_t from) {
  std::vector<Call> calls;
  for (std::uint32_t n = from; n < from + 100; ++n) calls.push_back(sample_call("f", n));
  return calls;
}

std::string incompressible(std::size_t size) {
  std::mt19937_64 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 0xff);
  return bytes;
}

/// Inserts batches until one is refused; returns how many calls were recorded.
std::uint32_t insert_until_full(Store& store, std::uint32_t from) {
  std::uint32_t next = from;
  const Error error = refusal([&] {
    for (; next < 1'000'000; next += 100) store.insert(batch(next));
  });
  CHECK(error.code() == Errc::full);
  CHECK(error.retryable());
  CHECK_THAT(error.what(), Catch::Contains("free some space"));
  return next;
}

void check_reads(const Store& store, std::uint32_t calls) {
  CHECK(walk(store, {.fn_id = "f"}).size() == calls);
  CHECK(store.info().calls == calls);
  CHECK(store.get({"f", sample_call("f", calls - 1).id}) == sample_call("f", calls - 1));
  CHECK_FALSE(store.find({"f", sample_call("f", calls).id}));  // nothing half done
}

}  // namespace

TEST_CASE("a full disk refuses writes, keeps reads going, and is forgotten when there is space") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  const std::string path = folder.path("history.db");
  const auto durability = GENERATE(Durability::power_safe, Durability::crash_safe);
  StoreOptions options = quiet_options();
  options.durability = durability;
  std::uint32_t calls = 0;
  {
    Store store = Store::open(path, options);
    store.insert(batch(0));
    {
      const Filler filler(folder.path("filler"), mebibyte / 2);
      calls = insert_until_full(store, 100);
      check_reads(store, calls);
      for (int again = 0; again < 3; ++again) {
        CHECK(refusal([&] { store.insert(batch(calls)); }).code() == Errc::full);
      }
      const Error log = refusal([&] {
        store.put_log({"f", sample_call("f", 0).id}, incompressible(mebibyte));
      });
      CHECK(log.code() == Errc::full);
      check_reads(store, calls);
    }
    // The very next write succeeds, without opening the store anew.
    REQUIRE_NOTHROW(store.insert(batch(calls)));
    calls += 100;
    check_reads(store, calls);
    CHECK_FALSE(store.find_log({"f", sample_call("f", 0).id}));
  }
  CHECK(RawDatabase(path).text("PRAGMA integrity_check") == "ok");
  check_reads(Store::open(path, options), calls);
}

TEST_CASE("packing on a full disk fails or succeeds, and loses nothing") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  const std::string path = folder.path("history.db");
  for (const std::size_t left : {std::size_t{0}, std::size_t{20'000}, std::size_t{100'000}}) {
    INFO(left << " bytes left");
    Store store = Store::open(path, quiet_options());
    const auto before = static_cast<std::uint32_t>(store.info().calls);
    for (std::uint32_t n = before; n < before + 1'000; n += 100) store.insert(batch(n));
    {
      const Filler filler(folder.path("filler"), left);
      try {
        store.pack();
      } catch (const Error& error) {
        CHECK(error.code() == Errc::full);
      }
      check_reads(store, before + 1'000);
    }
    CHECK_NOTHROW(store.pack());
    check_reads(store, before + 1'000);
    CHECK(RawDatabase(path).text("PRAGMA integrity_check") == "ok");
  }
}

TEST_CASE("a buffered write on a full disk is reported by flush") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  StoreOptions options = quiet_options();
  options.durability = Durability::buffered;
  Store store = Store::open(folder.path("history.db"), options);
  store.insert(batch(0));
  store.flush();
  {
    const Filler filler(folder.path("filler"), 0);
    for (std::uint32_t n = 100; n < 20'000; n += 100) store.insert(batch(n));
    CHECK(refusal([&] { store.flush(); }).code() == Errc::full);
    CHECK_NOTHROW(store.flush());  // told once
  }
  CHECK(walk(store, {}).size() % 100 == 0);  // each batch as a whole or not at all
  store.insert(sample_call("g", 1));
  CHECK_NOTHROW(store.flush());
  CHECK(store.find({"g", sample_call("g", 1).id}));
}

TEST_CASE("a store cannot be created on a full disk, and leaves nothing there") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  for (const std::size_t left : {std::size_t{0}, std::size_t{20'000}, std::size_t{60'000}}) {
    INFO(left << " bytes left");
    const Filler filler(folder.path("filler"), left);
    const Error error = refusal([&] {
      Store store = Store::open(folder.path("history.db"), quiet_options());
      insert_until_full(store, 0);
      throw Error(Errc::full, "free some space");
    });
    CHECK(error.code() == Errc::full);
    if (left == 0) CHECK(folder.names() == "filler");
    std::filesystem::remove(folder.path("history.db"));
  }
}

TEST_CASE("a backup and a restore on a full disk leave what was there, and nothing else") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  const ScratchFolder roomy;  // before the small disk, so elsewhere
  const std::string path = folder.path("history.db");
  const std::string backup = roomy.path("backup");
  Store store = Store::open(path, quiet_options());
  for (std::uint32_t n = 0; n < 3'000; n += 100) store.insert(batch(n));
  REQUIRE(Safekeeping(store).backup(backup));
  for (const std::size_t left : {std::size_t{0}, std::size_t{40'000}, std::size_t{200'000}}) {
    INFO(left << " bytes left");
    const Filler filler(folder.path("filler"), left);
    const std::string names = folder.names();
    const Error copying = refusal([&] { Safekeeping(store).backup(folder.path("copy")); });
    CHECK(copying.code() == Errc::full);
    CHECK_THAT(copying.what(), Catch::Contains(folder.path("copy")));
    const Error restoring = refusal([&] { Safekeeping::restore(backup, path, {.force = true}); });
    CHECK(restoring.code() == Errc::full);
    CHECK(folder.names() == names);
    check_reads(store, 3'000);
  }
  store.insert(batch(3'000));
  CHECK(Safekeeping(store).verify().ok());
}

TEST_CASE("a file system that cannot be written is an io error, and nothing changes") {
  const ScratchFolder folder;
  const SmallDisk disk(folder.path());
  if (!can_mount(disk)) return;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()).insert(batch(0)); }
  const auto before = folder.contents();
  REQUIRE(disk.make_read_only());
  const Error error = refusal([&] {
    Store store = Store::open(path, quiet_options());
    store.insert(batch(100));
  });
  CHECK(error.code() == Errc::io);
  CHECK_THAT(error.what(), Catch::Contains(path));
  const Error absent = refusal([&] { Store::open(folder.path("other.db"), quiet_options()); });
  CHECK(absent.code() == Errc::io);
  CHECK((folder.contents() == before));
}

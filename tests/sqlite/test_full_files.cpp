// What a full disk does, where nothing can be mounted: SQLite is told that there is no more room.

#include "fnstore/retention.h"
#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "full_vfs.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <chrono>

using namespace fnstore;

namespace {

constexpr std::uint64_t small = 1 << 20;

class Limit {
 public:
  Limit(const std::string& path, std::uint64_t bytes) { limit_store_to(path, bytes); }
  ~Limit() { lift_limit(); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
};

std::uint32_t fill(Store& store, std::uint32_t from) {
  std::uint32_t next = from;
  CHECK(refusal([&] {
          for (; next < 1'000'000; ++next) store.insert(sample_call("f", next));
        }).code() == Errc::full);
  return next;
}

}  // namespace

TEST_CASE("where a store cannot grow, writes are refused, reads go on and prune makes room") {
  install_full_vfs();
  const ScratchFolder folder;
  Store store = Store::open(folder.path("history.db"), quiet_options());
  store.insert(sample_call("f", 0));
  std::uint32_t calls = 0;
  {
    const Limit limited(folder.path("history.db"), 2 * small);
    calls = fill(store, 1);
    CHECK(store.info().calls == calls);
    CHECK(walk(store, {.fn_id = "f"}).size() == calls);
    CHECK_FALSE(store.find({"f", sample_call("f", calls).id}));
    PruneRequest oldest;
    oldest.keep_last = 10;
    CHECK(store.prune(oldest).calls == calls - 10);
    CHECK(store.info().calls == 10);
    CHECK_NOTHROW(store.insert(sample_call("f", calls)));
    calls = fill(store, calls + 1);
  }
  CHECK_NOTHROW(store.insert(sample_call("f", calls)));  // without opening it anew
  CHECK(Safekeeping(store).verify().ok());
}

TEST_CASE("packing that finds no room is not tried again with every write, and loses nothing") {
  install_full_vfs();
  const ScratchFolder folder;
  StoreOptions options = quiet_options();
  options.background_packing = true;
  options.pack_after = 50;
  Store store = Store::open(folder.path("history.db"), options);
  const std::uint64_t before = refused_writes();
  const auto start = std::chrono::steady_clock::now();
  refuse_background_writes(true);
  std::uint32_t calls = 0;
  while (std::chrono::steady_clock::now() - start < std::chrono::seconds(2)) {
    store.insert(sample_call("f", calls));
    ++calls;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const auto refused = static_cast<double>(refused_writes() - before);
  INFO(calls << " inserts in " << took.count() << " s");
  CHECK(refused > 0);
  CHECK(refused <= 4 * (took.count() + 1));  // a round ends with its first; one follows in a second
  CHECK(walk(store, {.fn_id = "f"}).size() == calls);
  refuse_background_writes(false);
  CHECK_NOTHROW(store.pack());
  CHECK(walk(store, {.fn_id = "f"}).size() == calls);
  CHECK(Safekeeping(store).verify().ok());
}

// Every step of what goes over a whole store fails: packing, pruning, migrating, copying.

#include "sample_history.h"
#include "trial.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

using namespace fnstore;

namespace {

/// Calls that a prune of f-1 and f-2 leaves.
Contents without_pruned(Contents contents) {
  std::erase_if(contents, [](const auto& entry) {
    const Call& call = entry.second.call;
    return call.fn_id == "f-1" && (call.status == Status::success || call.status == Status::error);
  });
  return contents;
}

bool holds_all_of(const Contents& whole, const Contents& part) {
  for (const auto& [key, record] : part) {
    const auto at = whole.find(key);
    if (at == whole.end() || at->second != record) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("packing changes nothing that can be seen, whatever step fails") {
  every_step("pack", [](Trial& trial) {
    make_killed_history(trial.path());
    Contents expected;
    {
      std::optional<Store> store = Store::open(trial.path(), quiet_options());
      expected = contents_of(*store);
      trial.failing([&] { store->pack(); });
      CHECK((contents_of(*store) == expected));
      store->pack();
      trial.failing([&] { store.reset(); });
    }
    CHECK((trial.reopened() == expected));
  });
}

TEST_CASE("a prune deletes what it selects and nothing else, whatever step fails") {
  every_step("prune", [](Trial& trial) {
    make_history(trial.path());
    Contents expected;
    {
      std::optional<Store> store = Store::open(trial.path(), quiet_options());
      const Contents before = contents_of(*store);
      expected = without_pruned(before);
      const PruneRequest request{.fn_id = "f-1", .keep_last = 0};
      const auto failed = trial.failing([&] { store->prune(request); });
      INFO("failed: " << trial.failure().description());
      const Contents now = contents_of(*store);
      CHECK(holds_all_of(before, now));
      CHECK(holds_all_of(now, expected));
      if (!failed) CHECK((now == expected));
      store->prune(request);
      CHECK((contents_of(*store) == expected));
      trial.failing([&] { store.reset(); });
    }
    CHECK((trial.reopened() == expected));
  });
}

TEST_CASE("compacting changes nothing that can be seen, whatever step fails") {
  every_step("compact", [](Trial& trial) {
    make_history(trial.path());
    Contents expected;
    {
      Store store = Store::open(trial.path(), quiet_options());
      store.prune({.fn_id = "f-1", .keep_last = 0});
      expected = contents_of(store);
      trial.failing([&] { store.compact(); });
      CHECK((contents_of(store) == expected));
    }
    CHECK((trial.reopened() == expected));
  });
}

TEST_CASE("a store of an earlier release is migrated, whatever step fails") {
  for (const int schema : {1, 2, 3}) {
    Contents expected;
    const std::string name = "migration from schema " + std::to_string(schema);
    every_step(name.c_str(), [&](Trial& trial) {
      copy_frozen(schema, trial.path());
      trial.failing([&] { Store::open(trial.path(), quiet_options()); });
      const Contents found = trial.reopened();
      if (expected.empty()) expected = found;
      CHECK_FALSE(found.empty());
      CHECK((found == expected));
      Store::open(trial.path(), quiet_options()).insert(sample_record(1).call);
    });
  }
}

TEST_CASE("a backup is whole or not there, whatever step fails") {
  every_step("backup", [](Trial& trial) {
    make_killed_history(trial.path());
    Store store = Store::open(trial.path(), quiet_options());
    const Contents expected = contents_of(store);
    const auto failed = trial.failing([&] { Safekeeping(store).backup(trial.path("copy")); });
    trial.check_no_leftovers();
    const bool there = std::filesystem::exists(trial.path("copy"));
    INFO("failed: " << trial.failure().description());
    if (!failed) CHECK(there);
    if (there) CHECK((trial.reopened("copy") == expected));
    CHECK((contents_of(store) == expected));
  });
}

TEST_CASE("a backup over an older one leaves one of the two, whatever step fails") {
  every_step("backup over another", [](Trial& trial) {
    make_history(trial.path("copy"));
    const Contents older = trial.reopened("copy");
    Store store = Store::open(trial.path(), quiet_options());
    store.insert(sample_batch(5));
    const Contents newer = contents_of(store);
    const auto failed =
        trial.failing([&] { Safekeeping(store).backup(trial.path("copy"), {.force = true}); });
    trial.check_no_leftovers();
    const Contents found = trial.reopened("copy");
    CHECK((found == newer || (failed && found == older)));
  });
}

TEST_CASE("a restore leaves the old store or the new one, whatever step fails") {
  every_step("restore", [](Trial& trial) {
    {
      Store store = Store::open(trial.path("backup"), quiet_options());
      store.insert(sample_batch(5));
    }
    make_killed_history(trial.path());
    trial.allow(Errc::corrupt);  // what cannot be read of the backup is damage to it
    const auto failed = trial.failing(
        [&] { Safekeeping::restore(trial.path("backup"), trial.path(), {.force = true}); });
    INFO("failed: " << trial.failure().description());
    trial.check_no_leftovers();
    const Contents found = trial.reopened();
    if (!failed) CHECK(found.size() == 5);
    CHECK((found.size() == 5 || found.size() == 302 + history_waiting));
  });
}

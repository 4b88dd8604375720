// What a prune leaves in the file, seen from outside.

#include "fnstore/queue.h"
#include "fnstore/retention.h"
#include "fnstore/store.h"

#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>

using namespace fnstore;

TEST_CASE("nothing that a call owned is left when it was pruned") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  {
    Store store = Store::open(path, quiet_options());
    for (const char* const fn_id : {"f", "g"}) {
      store.insert(sample_records(fn_id, 0, 3'000), OnConflict::error);
    }
    store.pack();
    store.insert(sample_records("h", 0, 50), OnConflict::error);  // rows
    CHECK(store.prune({.fn_id = "f"}).calls == 3'000);
    CHECK(store.prune({.keep_last = 1}).calls == 3'048);
    CHECK(store.prune({.keep_last = 0}).calls == 2);
    CHECK(store.info().calls == 0);
  }
  RawDatabase raw(path);
  for (const char* const table : {"call_rows", "call_blocks", "block_bodies", "call_details",
                                  "call_logs", "call_results", "idempotency_keys", "queue"}) {
    INFO(table);
    CHECK(raw.number(std::string("SELECT count(*) FROM ") + table) == 0);
  }
  CHECK(raw.text("PRAGMA integrity_check") == "ok");
}

TEST_CASE("the space of what was pruned goes back to the file system") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, quiet_options());
  for (std::uint32_t n = 0; n < 200'000; n += 20'000) {
    std::vector<Call> calls;
    for (std::uint32_t i = n; i < n + 20'000; ++i) calls.push_back(sample_call("f", i));
    store.insert(calls);
  }
  store.compact();
  const StoreInfo before = store.info();
  const PruneResult result = store.prune({.before = sample_call("f", 100'000).created_at});
  const StoreInfo after = store.info();
  CHECK(result.calls == 100'000);
  CHECK(after.calls == 100'000);
  CHECK(after.file_bytes < before.file_bytes * 55 / 100);
  CHECK(after.wal_bytes == 0);
  CHECK(result.bytes_after == after.file_bytes);
}

TEST_CASE("compact merges what many prunes left of blocks") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, quiet_options());
  std::vector<Call> calls;
  for (std::uint32_t i = 0; i < 51'200; ++i) calls.push_back(sample_call("f", i));
  store.insert(calls);
  CHECK(store.prune({.status = {Status::success}}).calls > 30'000);
  const std::vector<Call> left = walk(store, {});
  RawDatabase raw(path);
  const std::int64_t blocks = raw.number("SELECT count(*) FROM call_blocks");
  store.compact();
  CHECK(raw.number("SELECT count(*) FROM call_blocks") < blocks / 2);
  CHECK((walk(store, {}) == left));
}

// Blocks are cut so that SQLite's pages, into which they go whole, are well filled.

#include "fnstore/store.h"

#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

/// A call of a few bytes in a block: more of them the longer it may run.
Call short_call(std::uint32_t n, std::uint32_t most_ms) {
  const Call sample = sample_call("f", n);
  Call call;
  call.fn_id = sample.fn_id;
  call.id = sample.id;
  call.status = Status::success;
  call.created_at = sample.created_at;
  call.started_at = sample.started_at;
  const std::uint32_t chance = (n * 2'654'435'761U) >> 4;
  call.completed_at = *call.started_at + std::chrono::milliseconds(chance % most_ms);
  return call;
}

/// The part of the pages of blocks that nothing stands in.
double room_in_pages(const std::string& path) {
  RawDatabase raw(path);
  return static_cast<double>(
             raw.number("SELECT sum(unused) FROM dbstat WHERE name = 'block_bodies'")) /
         static_cast<double>(
             raw.number("SELECT sum(pgsize) FROM dbstat WHERE name = 'block_bodies'"));
}

}  // namespace

TEST_CASE("blocks leave little room in their pages, however long their calls are") {
  for (const std::uint32_t most_ms : {10U, 500U, 20'000U, 100'000'000U}) {
    INFO(most_ms);
    const ScratchFolder folder;
    const std::string path = folder.path("history.db");
    {
      Store store = Store::open(path, quiet_options());
      std::vector<Call> calls;
      for (std::uint32_t n = 0; n < 40'000; ++n) calls.push_back(short_call(n, most_ms));
      store.insert(calls);
    }
    CHECK(room_in_pages(path) < 0.2);
  }
}

TEST_CASE("blocks that grow call by call leave little room in their pages") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  {
    Store store = Store::open(path, quiet_options());
    for (std::uint32_t n = 0; n < 12'000; n += 100) {
      std::vector<Call> calls;
      for (std::uint32_t i = n; i < n + 100; ++i) calls.push_back(short_call(i, 500));
      store.insert(calls);
      store.pack();
    }
    CHECK(store.list({.fn_id = "f", .per_page = 10'000}).items.size() == 10'000);
  }
  CHECK(room_in_pages(path) < 0.25);
}

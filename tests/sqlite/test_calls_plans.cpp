// What of a statement over `calls` the table takes care of, and that it reads no more than it must.

#include "fnstore/store.h"

#include "calls_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

constexpr std::uint32_t packed_calls = 80'000;  // two groups of blocks and more

std::string time_of(std::uint32_t n) {
  return "'" + format_rfc3339(*sample_call("f", n).created_at) + "'";
}

std::string id_of(std::uint32_t n) {
  return "'" + sample_call("f", n).id + "'";
}

/// Many blocks of "f", without errors in the first half, and two of "g".
void fill_blocks(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  for (std::uint32_t n = 0; n < packed_calls; n += 20'000) {
    std::vector<Call> calls;
    for (std::uint32_t i = n; i < n + 20'000; ++i) {
      calls.push_back(sample_call("f", i));
      if (n >= packed_calls / 2) continue;
      calls.back().status = Status::success;
      calls.back().error.clear();
    }
    store.insert(calls);
  }
  std::vector<Call> others;
  for (std::uint32_t n = 0; n < 1'000; ++n) others.push_back(sample_call("g", n));
  store.insert(others);
  store.pack();
}

}  // namespace

TEST_CASE("conditions on function, id, time and status, and the order by id, are pushed down") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill_blocks(path);
  CallsDatabase database(path);
  const auto plan = [&](const std::string& rest) {
    return database.plan("SELECT error FROM calls " + rest);
  };
  const std::string table = "SCAN calls VIRTUAL TABLE INDEX ";
  CHECK(plan("") == table + "0:; ");
  CHECK(plan("WHERE fn_id = 'f'") == table + "1:fn_id=; ");
  CHECK(plan("WHERE fn_id IN ('f', 'g')") == table + "1:fn_id-in; ");
  CHECK(plan("WHERE status IN ('error', 'cancelled')") == table + "1:status-in; ");
  CHECK(plan("WHERE id > 'a' AND id <= 'b'") == table + "2:id> id<=; ");
  CHECK(plan("WHERE created_at BETWEEN '2019' AND '2020'") ==
        table + "2:created_at>= created_at<=; ");
  CHECK(plan("WHERE fn_id = 'f' AND status = 'error' ORDER BY id DESC LIMIT 3") ==
        table + "2:fn_id= status= order:id-; ");
  CHECK(plan("ORDER BY id LIMIT 3") == table + "0:order:id+; ");
  CHECK(plan("ORDER BY fn_id DESC, id") == table + "0:order:fn_id-,id+; ");
  // What the table cannot do is left to SQLite, and nothing else is.
  CHECK(plan("WHERE fn_id = 'F' COLLATE NOCASE") == table + "0:; ");
  CHECK(plan("WHERE run_ms > 4 AND id > 'a'") == table + "1:id>; ");
  CHECK(plan("ORDER BY run_ms").find("USE TEMP B-TREE") != std::string::npos);
}

TEST_CASE("blocks that cannot match are passed over") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill_blocks(path);
  CallsDatabase database(path);
  const auto opened = [&](const std::string& rest) {
    return database.blocks_opened("SELECT id FROM calls WHERE fn_id = 'f' AND " + rest);
  };
  const auto blocks = database.raw().number("SELECT count(*) FROM blocks WHERE fn_id = 'f'");
  REQUIRE(blocks > 150);
  CHECK(opened("error = 'timeout'") == blocks);
  CHECK(opened("id = " + id_of(30'000)) == 1);
  CHECK(opened("id BETWEEN " + id_of(30'000) + " AND " + id_of(30'100)) <= 2);
  CHECK(opened("created_at BETWEEN " + time_of(30'000) + " AND " + time_of(30'100)) <= 2);
  CHECK(opened("created_at = " + time_of(30'000)) == 1);
  CHECK(opened("status = 'queued'") == 0);
  CHECK(opened("status = 'error' AND id < " + id_of(packed_calls / 2 - 600)) == 0);
  CHECK(opened("status IN ('error', 'cancelled')") <= blocks / 2 + 1);
  CHECK(opened("created_at > '2020'") == 0);
  CHECK(opened("created_at < '2019' ORDER BY id") == 0);
}

TEST_CASE("a limit stops early") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill_blocks(path);
  CallsDatabase database(path);
  const auto opened = [&](const std::string& rest) {
    return database.blocks_opened("SELECT id FROM calls " + rest);
  };
  CHECK(opened("WHERE fn_id = 'f' ORDER BY id DESC LIMIT 30") == 1);
  CHECK(opened("WHERE fn_id = 'f' ORDER BY id LIMIT 30") == 1);
  CHECK(opened("WHERE fn_id = 'f' AND id < " + id_of(9'000) + " ORDER BY id DESC LIMIT 30") <= 2);
  CHECK(opened("ORDER BY id DESC LIMIT 30") == 2);  // one of each function
  CHECK(opened("LIMIT 5") == 1);
}

TEST_CASE("only what a statement uses is decoded") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill_blocks(path);
  CallsDatabase database(path);
  const std::string some = " FROM calls WHERE fn_id = 'g'";
  CHECK(database.runs_of("SELECT texts", "SELECT id, status, run_ms" + some) == 0);
  CHECK(database.runs_of("SELECT stats", "SELECT id, error, trigger_id" + some) == 0);
  CHECK(database.runs_of("SELECT texts", "SELECT error" + some) > 0);
  CHECK(database.runs_of("SELECT stats", "SELECT stats" + some) > 0);
  CHECK(database.runs_of("SELECT app_id", "SELECT created_at" + some) == 0);
}

// The table `block_columns`: it tells where the bytes of the packed blocks are, all of them, and
// tells damage from sizes.

#include "fnstore/store.h"

#include "calls_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

using Rows = std::vector<RawDatabase::Row>;

void fill(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  std::vector<Call> many;
  for (std::uint32_t n = 0; n < 1'500; ++n) many.push_back(sample_call("f", n));
  store.insert(many);
  for (std::uint32_t n = 0; n < 300; ++n) store.insert(foreign_call("g", n));
  store.pack();
  store.insert(sample_call("rows only", 1));
}

std::string refusal_of(RawDatabase& raw) {
  try {
    raw.rows("SELECT sum(bytes) FROM block_columns");
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("block_columns names every part of a function's blocks once") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill(path);
  CallsDatabase database(path);
  RawDatabase& raw = database.raw();
  CHECK(raw.rows("SELECT fn_id, min(calls), max(calls), count(*), count(DISTINCT column_name) "
                 "FROM block_columns GROUP BY fn_id ORDER BY fn_id") ==
        Rows{{"f", "1500", "1500", "19", "19"}, {"g", "300", "300", "19", "19"}});
  std::vector<std::string> names;
  for (const auto& row : raw.rows("SELECT column_name FROM block_columns WHERE fn_id = 'f'")) {
    names.push_back(row.at(0));
  }
  CHECK(names == std::vector<std::string>{"id_time", "id_machine", "id_counter", "machines",
                                          "created", "wait", "run", "status", "type", "app",
                                          "trigger", "error", "stats_size", "detail", "log",
                                          "header", "texts", "stats", "block_row"});
  const std::string all = "SELECT fn_id, column_name, calls, bytes FROM block_columns WHERE ";
  CHECK(raw.rows(all + "fn_id = 'g'") == raw.rows(all + "fn_id || '' = 'g'"));
  CHECK(raw.rows(all + "fn_id = 'G' COLLATE NOCASE").size() == 19);
  CHECK(raw.rows(all + "fn_id IN ('rows only', 'none', 7)").empty());
}

TEST_CASE("block_columns accounts for every byte of the blocks") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill(path);
  CallsDatabase database(path);
  RawDatabase& raw = database.raw();
  CHECK(raw.rows("SELECT fn_id, sum(bytes) FROM block_columns WHERE column_name <> 'block_row' "
                 "GROUP BY fn_id ORDER BY fn_id") ==
        raw.rows("SELECT fn_id, sum(bytes) FROM blocks GROUP BY fn_id ORDER BY fn_id"));
  CHECK(raw.rows("SELECT column_name, sum(bytes) FROM block_columns "
                 "WHERE column_name IN ('texts', 'stats') GROUP BY column_name ORDER BY 1") ==
        raw.rows("SELECT 'stats', sum(length(stats)) FROM block_bodies UNION ALL "
                 "SELECT 'texts', sum(length(texts)) FROM block_bodies"));
  // What SQLite itself says that the rows of the headers take up.
  CHECK(raw.number("SELECT sum(bytes) FROM block_columns WHERE column_name = 'block_row'") ==
        raw.number("SELECT sum(payload) FROM dbstat WHERE name = 'call_blocks'"));
}

TEST_CASE("block_columns refuses blocks that are damaged") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill(path);
  CallsDatabase database(path);
  RawDatabase& raw = database.raw();
  REQUIRE(refusal_of(raw).empty());
  for (const char* const damage :
       {"UPDATE block_bodies SET columns = x''", "UPDATE block_bodies SET columns = x'0101'",
        "UPDATE block_bodies SET columns = substr(columns, 1, 40)",
        "UPDATE block_bodies SET columns = zeroblob(100)", "DELETE FROM block_bodies",
        "UPDATE call_blocks SET calls = calls + 1", "UPDATE call_blocks SET checksum = 7"}) {
    INFO(damage);
    raw.run("BEGIN");
    raw.run(damage);
    CHECK_THAT(refusal_of(raw), Catch::Contains("damaged"));
    raw.run("ROLLBACK");
  }
  CHECK(refusal_of(raw).empty());
}

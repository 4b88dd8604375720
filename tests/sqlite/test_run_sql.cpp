// SQL of users through the public API: what it answers, and all that it refuses.

#include "fnstore/fnstore.h"

#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

constexpr const char* endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/// Every row as "value|value".
std::vector<std::string> ask(const Store& store, const std::string& sql,
                             const SqlOptions& options = {}) {
  std::vector<std::string> rows;
  run_sql(
      store, sql,
      [&](const SqlRow& row) {
        std::string line;
        for (const SqlValue& value : row.values) {
          if (!line.empty()) line += '|';
          if (const auto* const number = std::get_if<std::int64_t>(&value)) {
            line += std::to_string(*number);
          } else if (const auto* const text = std::get_if<std::string_view>(&value)) {
            line += *text;
          } else {
            line += "?";
          }
        }
        rows.push_back(line);
      },
      options);
  return rows;
}

Store filled_store(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  store.insert(sample_records("h", 0, 700), OnConflict::error);
  store.pack();
  for (std::uint32_t n = 0; n < 50; ++n) store.insert(sample_call("r", n));
  store.insert(waiting_call("w", 1));
  return store;
}

void check_refused(const Store& store, const std::string& sql, const std::string& why) {
  INFO(sql);
  const Error error = refusal([&] { ask(store, sql); });
  CHECK(error.code() == Errc::invalid);
  CHECK_THAT(error.what(), Catch::Contains(why));
}

}  // namespace

TEST_CASE("run_sql names the columns and gives every kind of value") {
  const ScratchFolder folder;
  const Store store = filled_store(folder.path("history.db"));
  int rows = 0;
  const auto columns =
      run_sql(store, "SELECT 7 AS a, 2.5 AS b, 'x' AS c, x'00ff' AS d, NULL AS e, '' AS a",
              [&](const SqlRow& row) {
                ++rows;
                CHECK(std::get<std::int64_t>(row.values[0]) == 7);
                CHECK(std::get<double>(row.values[1]) == 2.5);
                CHECK(std::get<std::string_view>(row.values[2]) == "x");
                CHECK(std::get<SqlBlob>(row.values[3]).bytes == std::string_view("\0\xff", 2));
                CHECK(std::holds_alternative<std::monostate>(row.values[4]));
                CHECK(std::get<std::string_view>(row.values[5]).empty());
              });
  CHECK(rows == 1);
  CHECK(columns == std::vector<std::string>{"a", "b", "c", "d", "e", "a"});
  CHECK(run_sql(store, "SELECT id FROM calls LIMIT 0", [](const SqlRow&) { FAIL(); }).size() == 1);
}

TEST_CASE("the views sum up what the calls are") {
  const ScratchFolder folder;
  const Store store = filled_store(folder.path("history.db"));
  CHECK(ask(store,
            "SELECT fn_id, calls, errors, cancelled, unfinished, oldest, newest "
            "FROM functions ORDER BY fn_id") ==
        ask(store,
            "SELECT fn_id, count(*), sum(status = 'error'), sum(status = 'cancelled'), "
            "sum(completed_at IS NULL), min(created_at), max(created_at) "
            "FROM calls GROUP BY fn_id"));
  CHECK(ask(store,
            "SELECT calls, errors, cancelled, min_id, max_id, min_created_at, "
            "max_created_at FROM blocks WHERE fn_id = 'h' ORDER BY min_id LIMIT 1") ==
        ask(store,
            "SELECT count(*), sum(status = 'error'), sum(status = 'cancelled'), min(id), "
            "max(id), min(created_at), max(created_at) FROM calls WHERE fn_id = 'h' AND id "
            "<= (SELECT max_id FROM blocks WHERE fn_id = 'h' ORDER BY min_id LIMIT 1)"));
  CHECK(ask(store, "SELECT min(bytes) > 500 FROM blocks") == std::vector<std::string>{"1"});
}

TEST_CASE("a statement sees one moment and all that was written before it") {
  const ScratchFolder folder;
  Store store = filled_store(folder.path("history.db"));
  std::size_t rows = 0;
  run_sql(store, "SELECT a.id FROM calls AS a WHERE fn_id = 'r' ORDER BY id", [&](const SqlRow&) {
    if (++rows > 10) return;
    store.insert(sample_call("r", 1'000 + static_cast<std::uint32_t>(rows)));
    store.pack();
  });
  CHECK(rows == 50);
  CHECK(ask(store, "SELECT count(*) FROM calls WHERE fn_id = 'r'").at(0) == "60");
}

TEST_CASE("SQL that is wrong is refused with SQLite's message and the place") {
  const ScratchFolder folder;
  const Store store = filled_store(folder.path("history.db"));
  check_refused(store, "SELEC id FROM calls", "near \"SELEC\": syntax error, at byte 1");
  check_refused(store, "SELECT colour FROM calls", "no such column: colour, at byte 8");
  check_refused(store, "SELECT id FROM nowhere", "no such table: nowhere");
  check_refused(store, "SELECT abs(-9223372036854775807 - 1)", "integer overflow");
  check_refused(store, "", "empty");
  check_refused(store, " ; -- nothing", "empty");
  check_refused(store, "SELECT 1; SELECT 2", "more than one statement");
  check_refused(store, "SELECT 1; nonsense", "more than one statement");
  check_refused(store, std::string("SELECT 1\0;", 10), "NUL");
  check_refused(store, "SELECT length(hex(zeroblob(60000000)))", "too big");
  CHECK(ask(store, "SELECT 1; -- done ; \n /* so */ ;").size() == 1);
}

TEST_CASE("SQL that would do anything but read is refused") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  const std::string other = folder.path("other.db");
  {
    const Store store = filled_store(path);
    for (const std::string sql : {"DELETE FROM call_rows",
                                  "INSERT INTO apps VALUES (9, 'a', 'b')",
                                  "DROP TABLE call_rows",
                                  "UPDATE fns SET fn_id = 'x'",
                                  "CREATE TABLE t (a)",
                                  "CREATE TEMP TABLE t (a)",
                                  "CREATE VIEW v AS SELECT 1",
                                  "ALTER TABLE fns RENAME TO x",
                                  "REINDEX",
                                  "ANALYZE",
                                  "BEGIN",
                                  "COMMIT",
                                  "ROLLBACK",
                                  "SAVEPOINT s",
                                  "DETACH main",
                                  "PRAGMA journal_mode = DELETE",
                                  "PRAGMA writable_schema = ON",
                                  "PRAGMA query_only = OFF",
                                  "PRAGMA user_version = 9",
                                  "PRAGMA trusted_schema = ON",
                                  "PRAGMA wal_checkpoint",
                                  "PRAGMA optimize",
                                  "PRAGMA incremental_vacuum",
                                  "WITH a AS (SELECT 1) DELETE FROM call_rows",
                                  "EXPLAIN DELETE FROM call_rows"}) {
      check_refused(store, sql, "only read");
    }
    check_refused(store, "ATTACH '" + other + "' AS other", "ATTACH is not allowed");
    check_refused(store, "VACUUM INTO '" + other + "'", "");
    check_refused(store, "VACUUM", "");
    check_refused(store, "UPDATE sqlite_schema SET sql = ''", "");
    check_refused(store, "DELETE FROM calls", "may not be modified");
    check_refused(store, "INSERT INTO calls (id) VALUES ('x')", "only read");
    check_refused(store, "SELECT load_extension('x')", "load_extension");
    check_refused(store, "SELECT writefile('x', 'y')", "no such function");
    CHECK(ask(store, "PRAGMA user_version").size() == 1);
    CHECK(ask(store, "SELECT name FROM pragma_table_info('calls')").size() == 14);
    CHECK(ask(store, "SELECT count(*) FROM calls").at(0) == "751");
  }
  CHECK(size_of_file(other) == 0);
}

TEST_CASE("a time limit and a stop end a statement, and the store goes on") {
  const ScratchFolder folder;
  const Store store = filled_store(folder.path("history.db"));
  const Error late = refusal([&] { ask(store, endless, {.time_limit = 50ms}); });
  CHECK(late.code() == Errc::timed_out);
  CHECK_THAT(late.what(), Catch::Contains("0.05 s"));
  // A product of calls spends its time in the table, not in SQLite's virtual machine.
  const Error product = refusal([&] {
    ask(store, "SELECT count(*) FROM calls a, calls b, calls c WHERE a.error = b.error || c.error",
        {.time_limit = 50ms});
  });
  CHECK(product.code() == Errc::timed_out);

  std::stop_source stop;
  std::jthread other([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  CHECK(refusal([&] { ask(store, endless, {.stop = stop.get_token()}); }).code() ==
        Errc::interrupted);
  CHECK(refusal([&] { ask(store, "SELECT 1", {.stop = stop.get_token()}); }).code() ==
        Errc::interrupted);
  CHECK(refusal([&] { ask(store, "SELECT 1", {.time_limit = -1ms}); }).code() == Errc::invalid);
  CHECK(ask(store, "SELECT count(*) FROM calls").at(0) == "751");
}

TEST_CASE("what the callback throws comes out, and nothing stays open") {
  const ScratchFolder folder;
  Store store = filled_store(folder.path("history.db"));
  CHECK_THROWS_AS(run_sql(store, "SELECT id FROM calls", [](const SqlRow&) { throw 7; }), int);
  store.pack();
  CHECK(store.info().wal_bytes == 0);  // a reader left behind would keep the log
}

TEST_CASE("SQL that somebody put into the file does not run") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { filled_store(path); }
  {
    RawDatabase raw(path);
    raw.run("CREATE VIEW functions AS SELECT 'false' AS fn_id");
    raw.run("CREATE VIEW evil AS SELECT load_extension('x')");
  }
  {
    const Store store = Store::open(path, quiet_options());
    CHECK(ask(store, "SELECT fn_id FROM functions ORDER BY fn_id").front() == "h");
    CHECK(refusal([&] { ask(store, "SELECT 1 FROM evil"); }).code() == Errc::invalid);
  }
  {
    RawDatabase raw(path);
    raw.run("CREATE VIEW Calls AS SELECT 'false' AS id");
  }
  const Store store = Store::open(path, quiet_options());
  const Error error = refusal([&] { ask(store, "SELECT id FROM calls"); });
  CHECK(error.code() == Errc::corrupt);
  CHECK_THAT(error.what(), Catch::Contains("\"Calls\""));
}

TEST_CASE("a damaged block is a corrupt error, and what it does not touch is right") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { filled_store(path); }
  for (const std::string damage :
       {"UPDATE block_bodies SET columns = substr(columns, 1, 30)",
        "UPDATE block_bodies SET columns = CAST(columns || x'00' AS BLOB)",
        "DELETE FROM block_bodies", "UPDATE call_blocks SET calls = calls + 1",
        "UPDATE call_blocks SET max_id = min_id",
        "UPDATE call_blocks SET min_created_ms = -9000000000000000000",
        "UPDATE call_blocks SET errors = -1"}) {
    INFO(damage);
    const std::string copy = folder.path("damaged.db");
    write_bytes(copy, read_bytes(path));
    {
      RawDatabase raw(copy);
      raw.run(damage);
    }
    const Store store = Store::open(copy, quiet_options());
    const Error error = refusal([&] { ask(store, "SELECT id, created_at FROM calls"); });
    CHECK(error.code() == Errc::corrupt);
    CHECK_THAT(error.what(), Catch::Contains("damaged"));
    CHECK(ask(store, "SELECT id FROM calls WHERE fn_id = 'r'").size() == 50);
  }
}

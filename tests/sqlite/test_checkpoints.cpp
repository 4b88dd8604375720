// No connection moves the log by itself: SQLite before 3.51.3 can corrupt a file that way.

#include "fnstore/store.h"

#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"
#include "statement_log.h"

#include <catch2/catch.hpp>
#include <sqlite3.h>
#include <string>
#include <sys/stat.h>

using namespace fnstore;

namespace {

constexpr std::uint64_t log_page = 4'096 + 24;
constexpr std::uint64_t automatic_pages = 1'000;  // SQLite's default

/// Changes with every write to a file; asked without opening it.
std::string write_mark(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "missing";
  return std::to_string(status.st_size) + ' ' + std::to_string(status.st_mtim.tv_sec) + ' ' +
         std::to_string(status.st_mtim.tv_nsec);
}

int automatic_checkpoint(sqlite3* connection) {
  int pages = -1;
  sqlite3_exec(
      connection, "PRAGMA wal_autocheckpoint",
      [](void* out, int, char** values, char**) {
        *static_cast<int*>(out) = std::stoi(values[0]);
        return 0;
      },
      &pages, nullptr);
  return pages;
}

}  // namespace

TEST_CASE("automatic checkpoints are off on every connection, the readers' too") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()); }
  StatementLog log;
  Store store = Store::open(path, quiet_options());
  store.insert(sample_records("f", 0, 300), OnConflict::error);
  walk(store, {});
  store.pack();
  const std::vector<sqlite3*> connections = log.connections();
  CHECK(connections.size() >= 2);
  for (sqlite3* const connection : connections) CHECK(automatic_checkpoint(connection) == 0);
}

TEST_CASE("small commits go into the log alone, far beyond SQLite's own limit") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, quiet_options());
  const std::string before = write_mark(path);
  std::uint64_t pages = 0;
  std::uint32_t commits = 0;
  for (; commits < 2'000 && pages <= 2 * automatic_pages; ++commits) {
    store.insert(sample_call("f", commits));
    if (commits % 50 == 0) store.list({.fn_id = "f"});
    pages = size_of_file(path + "-wal") / log_page;
    REQUIRE(write_mark(path) == before);
  }
  INFO(commits << " commits");
  CHECK(pages > 2 * automatic_pages);
  store.pack();  // which ends with a checkpoint of ours
  CHECK(write_mark(path) != before);
  CHECK(size_of_file(path + "-wal") == 0);
}

TEST_CASE("closing a store empties the log even while another process reads the file") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()); }
  RawDatabase other(path);
  REQUIRE(other.number("SELECT count(*) FROM call_rows") == 0);
  { Store::open(path, quiet_options()).insert(sample_records("f", 0, 100), OnConflict::error); }
  CHECK(size_of_file(path + "-wal") == 0);
  CHECK(other.number("SELECT sum(last_row_no - first_row_no + 1) FROM row_batches") == 100);
}

TEST_CASE("a reader that never ends does not stop writers") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, quiet_options());
  store.insert(sample_call("f", 0));
  RawDatabase other(path);
  other.run("BEGIN");
  REQUIRE(other.number("SELECT count(*) FROM call_rows") == 1);
  for (std::uint32_t n = 1; n < 200; ++n) store.insert(sample_call("f", n));
  store.pack();
  CHECK(store.info().calls == 200);
  CHECK(other.number("SELECT count(*) FROM call_rows") == 1);  // its snapshot holds
  other.run("COMMIT");
  CHECK(other.number("SELECT count(*) FROM call_rows") == 0);
}

// Objects that somebody put into a store's schema: what they say never runs.

#include "fnstore/fnstore.h"

#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

void make_store(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  store.insert(sample_records("f", 0, 40), OnConflict::error);
  store.pack();
  store.insert(sample_call("f", 100));
}

/// Everything that a program does with a store, as far as it is not refused. Returns how many of
/// them were.
int use_all(const std::string& path, const std::string& copy) {
  int refused = 0;
  const auto attempt = [&](const auto& work) {
    try {
      work();
    } catch (const Error& error) {
      INFO(error.what());
      const bool is_told = error.code() == Errc::corrupt || error.code() == Errc::unsupported ||
                           error.code() == Errc::invalid;
      CHECK(is_told);
      ++refused;
    }
  };
  attempt([&] { Safekeeping::verify_file(path); });
  attempt([&] {
    Store store = Store::open(path, quiet_options());
    attempt([&] { store.insert(sample_call("f", 200)); });
    attempt([&] { store.insert(sample_records("g", 0, 300), OnConflict::error); });
    attempt([&] {
      store.insert(Call{.id = "running", .fn_id = "r", .status = Status::running});
      store.transition({"r", "running"}, {.to = Status::success});
    });
    attempt([&] { store.put_log(sample_call("f", 3).key(), "log"); });
    attempt([&] { store.remove(sample_call("f", 4).key()); });
    attempt([&] { store.pack(); });
    attempt([&] { store.list({}); });
    attempt([&] { store.info(); });
    attempt([&] { store.statistics({}); });
    attempt([&] { store.prune({.fn_id = "f", .keep_last = 3}); });
    attempt([&] { store.compact(); });
    attempt([&] { Safekeeping(store).backup(copy, {.force = true}); });
    attempt([&] { run_sql(store, "SELECT count(*) FROM calls", [](const SqlRow&) {}); });
  });
  return refused;
}

const std::vector<std::string> our_tables{"call_rows", "fns", "store_state", "call_blocks",
                                          "block_bodies"};

}  // namespace

TEST_CASE("a trigger on our tables does not run, and what it is on goes on") {
  for (const std::string& table : our_tables) {
    for (const char* const event : {"INSERT", "UPDATE", "DELETE"}) {
      for (const char* const when : {"BEFORE", "AFTER"}) {
        const ScratchFolder folder;
        const std::string path = folder.path("history.db");
        make_store(path);
        RawDatabase(path).run("CREATE TABLE ran (x); CREATE TRIGGER evil " + std::string(when) +
                              " " + event + " ON " + table +
                              " BEGIN INSERT INTO ran VALUES (1); END");
        INFO(when << " " << event << " ON " << table);
        CHECK(use_all(path, folder.path("copy.db")) == 0);
        CHECK(RawDatabase(path).number("SELECT count(*) FROM ran") == 0);
      }
    }
  }
}

TEST_CASE("what stands in the place of a table of ours is told, and does not run") {
  const auto replaced = [](const std::string& table, const std::string& by) {
    return "CREATE TABLE ran (x); ALTER TABLE " + table + " RENAME TO moved; " + by;
  };
  for (const std::string& table : our_tables) {
    const std::vector<std::string> impostors{
        "CREATE VIEW " + table + " AS SELECT * FROM moved; CREATE TRIGGER evil INSTEAD OF INSERT " +
            "ON " + table + " BEGIN INSERT INTO ran VALUES (1); END",
        "CREATE VIEW " + table + " AS SELECT load_extension('x')",
        "CREATE VIRTUAL TABLE " + table + " USING fts5(a)",
        "CREATE VIRTUAL TABLE " + table + " USING dbstat",
        "CREATE TABLE " + table + " (a, b GENERATED ALWAYS AS (abs(a)) STORED)",
    };
    for (const std::string& impostor : impostors) {
      INFO(impostor);
      const ScratchFolder folder;
      const std::string path = folder.path("history.db");
      make_store(path);
      RawDatabase(path).run(replaced(table, impostor));
      CHECK(use_all(path, folder.path("copy.db")) > 0);
      CHECK(RawDatabase(path).number("SELECT count(*) FROM ran") == 0);
    }
  }
}

TEST_CASE("an index or a column that computes says nothing that we would take for ours") {
  for (const char* const addition :
       {"CREATE INDEX evil ON call_rows (abs(row_no))",
        "CREATE INDEX evil ON call_rows (row_no) WHERE length(quote(row_no)) > 0",
        "ALTER TABLE call_rows ADD COLUMN evil TEXT AS (abs(row_no) || 'x')",
        "CREATE VIEW evil AS SELECT load_extension('x')",
        "CREATE VIRTUAL TABLE evil USING fts5(a)"}) {
    INFO(addition);
    const ScratchFolder folder;
    const std::string path = folder.path("history.db");
    make_store(path);
    RawDatabase(path).run(addition);
    CHECK(use_all(path, folder.path("copy.db")) == 0);
    const Store store = Store::open(path, quiet_options());
    CHECK(store.find(sample_call("f", 200).key()));
    CHECK(Safekeeping(store).verify().ok());
  }
}

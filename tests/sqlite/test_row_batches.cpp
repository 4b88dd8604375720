// Calls that were recorded together wait in batches until they are packed. Nobody can tell them
// from others, but by the tables.

#include "fnstore/error.h"
#include "fnstore/safekeeping.h"
#include "fnstore/sql.h"
#include "fnstore/store.h"

#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace fnstore;

namespace {

constexpr std::uint32_t count = 300;

std::vector<CallRecord> records() {
  std::vector<CallRecord> all = sample_records("f", 0, count / 2);
  for (CallRecord& each : sample_records("g", 7, count / 2)) all.push_back(std::move(each));
  return all;
}

std::vector<Call> newest_first(const std::vector<CallRecord>& all) {
  std::vector<Call> calls;
  for (const CallRecord& each : all) calls.push_back(listed(each.call));
  std::ranges::sort(calls, [](const Call& a, const Call& b) {
    return a.id != b.id ? a.id > b.id : a.fn_id > b.fn_id;
  });
  return calls;
}

struct Tables {
  std::int64_t rows = 0;
  std::int64_t batches = 0;
};

Tables tables(const std::string& path) {
  RawDatabase raw(path);
  return {raw.number("SELECT count(*) FROM call_rows"),
          raw.number("SELECT count(*) FROM row_batches")};
}

void check_whole(const Store& store, const std::vector<CallRecord>& all) {
  CHECK((walk(store, {}) == newest_first(all)));
  for (const CallRecord& each : all) {
    CHECK((store.get(each.call.key()) == each.call));
    CHECK((store.find_log(each.call.key()) == each.log));
  }
  CHECK(store.info().calls == all.size());
  CHECK(Safekeeping(store).verify().ok());
}

}  // namespace

TEST_CASE("calls of one insert are stored in a batch, and read as any others") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  const std::vector<CallRecord> all = records();
  Store store = Store::open(path, quiet_options());
  const Store other = Store::open(path, quiet_options());
  CHECK(walk(other, {}).empty());
  store.insert(all, OnConflict::error);
  CHECK(tables(path).rows == 0);
  CHECK(tables(path).batches == 1);
  check_whole(store, all);
  check_whole(other, all);
  check_whole(Store::open(path, quiet_options()), all);
  store.pack();
  CHECK(tables(path).batches == 0);
  check_whole(store, all);
  check_whole(other, all);
}

TEST_CASE("a call of a batch can change, and the others stay") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  std::vector<CallRecord> all = records();
  Store store = Store::open(path, quiet_options());
  const Store other = Store::open(path, quiet_options());
  store.insert(all, OnConflict::error);
  CHECK(walk(other, {}).size() == count);
  store.put_log(all[70].call.key(), "a late line\n");
  all[70].log = "a late line\n";
  CHECK(tables(path).batches == 0);
  store.remove(all[3].call.key());
  all.erase(all.begin() + 3);
  check_whole(store, all);
  check_whole(other, all);
  check_whole(Store::open(path, quiet_options()), all);
  store.pack();
  CHECK(tables(path).rows == 0);
  check_whole(store, all);
  check_whole(Store::open(path, quiet_options()), all);
}

TEST_CASE("a call of a batch whose other calls are partly packed can change") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  std::vector<CallRecord> all = records();
  Store store = Store::open(path, quiet_options());
  const CallRecord waiting{waiting_call("f", 90'000), std::nullopt};
  store.insert(waiting.call);
  store.insert(all, OnConflict::error);
  store.pack();
  all.push_back(waiting);
  for (CallRecord& each : sample_records("h", 0, 100)) all.push_back(std::move(each));
  store.insert(std::vector<CallRecord>(all.end() - 100, all.end()), OnConflict::error);
  store.remove(all.back().call.key());
  all.pop_back();
  check_whole(store, all);
  check_whole(Store::open(path, quiet_options()), all);
  store.pack();
  check_whole(Store::open(path, quiet_options()), all);
}

TEST_CASE("an insert that is refused leaves no part of a batch") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  std::vector<CallRecord> all = records();
  Store store = Store::open(path, quiet_options());
  store.insert(all.back().call);
  CHECK_THROWS_AS(store.insert(all, OnConflict::error), Error);
  CHECK(tables(path).rows == 1);
  CHECK(tables(path).batches == 0);
  CHECK(store.info().calls == 1);
  CHECK(store.insert(all, OnConflict::skip).skipped == 1);
  all.back().log.reset();
  check_whole(store, all);
}

TEST_CASE("an insert may hold a call twice, and calls that are not finished") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  std::vector<CallRecord> all = records();
  all[50].call = waiting_call("f", 80'000);
  all[50].log.reset();
  std::vector<CallRecord> twice = all;
  twice.push_back(all[200]);
  twice.back().log = "the one that counts";
  Store store = Store::open(path, quiet_options());
  store.insert(twice, OnConflict::replace);
  all[200].log = "the one that counts";
  check_whole(store, all);
  check_whole(Store::open(path, quiet_options()), all);
  store.pack();
  check_whole(store, all);
}

TEST_CASE("SQL sees the calls of batches") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store store = Store::open(path, quiet_options());
  store.insert(records(), OnConflict::error);
  const auto ask = [&](const std::string& sql) {
    std::vector<std::string> said;
    run_sql(store, sql, [&](const SqlRow& row) {
      for (const SqlValue& value : row.values) {
        const auto* const text = std::get_if<std::string_view>(&value);
        const auto* const number = std::get_if<std::int64_t>(&value);
        said.push_back(text != nullptr ? std::string(*text) : std::to_string(*number));
      }
    });
    return said;
  };
  const std::string counts =
      "SELECT fn_id, calls, errors, oldest, newest FROM functions ORDER BY fn_id";
  const std::string sums = "SELECT count(*), min(id), max(created_at), sum(run_ms) FROM calls";
  const std::vector<std::string> functions = ask(counts);
  const std::vector<std::string> calls = ask(sums);
  REQUIRE(functions.size() == 10);
  CHECK(functions[0] == "f");
  CHECK(functions[1] == "150");
  CHECK(calls[0] == "300");
  store.pack();
  CHECK(ask(counts) == functions);
  CHECK(ask(sums) == calls);
}

TEST_CASE("a damaged batch is told by verify and refused at opening") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  Store::open(path, quiet_options()).insert(records(), OnConflict::error);
  for (const char* const damage :
       {"UPDATE row_batches SET body = zeroblob(length(body))",
        "UPDATE row_batches SET body = substr(body, 1, length(body) - 1)",
        "UPDATE row_batches SET last_row_no = last_row_no - 1",
        "UPDATE row_batches SET first_row_no = first_row_no + 1"}) {
    INFO(damage);
    const std::string copy = folder.path("copy.db");
    write_bytes(copy, read_bytes(path));
    RawDatabase(copy).run(damage);
    CHECK_FALSE(Safekeeping::verify_file(copy).ok());
    CHECK_THROWS_AS(Store::open(copy, quiet_options()), Error);
  }
}

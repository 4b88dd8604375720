// The table `calls` against a plain copy of all its rows: whatever is pushed down, the answer is
// the one a plain filter gives.

#include "fnstore/json.h"
#include "fnstore/store.h"

#include "calls_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

/// Both tiers, generated and foreign ids, every status, calls that changed or went after packing.
void fill_both_tiers(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  std::vector<Call> many;
  for (std::uint32_t n = 0; n < 2'000; ++n) many.push_back(sample_call("f", 2 * n));
  store.insert(many);
  for (std::uint32_t n = 0; n < 300; ++n) store.insert(foreign_call("g", n));
  store.insert(sample_records("h", 0, 200), OnConflict::error);
  for (std::uint32_t n = 0; n < 12; ++n) store.insert(sample_call("5", 10 * n));
  store.pack();
  store.remove({"f", sample_call("f", 40).id});
  store.put_log({"f", sample_call("f", 44).id}, "of a packed call");
  for (std::uint32_t n = 0; n < 60; ++n) store.insert(sample_call("f", 2 * n + 1));
  for (std::uint32_t n = 300; n < 340; ++n) store.insert(foreign_call("g", n));
  for (std::uint32_t n = 0; n < 9; ++n) {
    store.insert(waiting_call("f", 9'000 + n, static_cast<Status>(n % 3)));
    store.insert(waiting_call("only waiting", n, static_cast<Status>(n % 3)));
  }
  const Call waiting = waiting_call("f", 9'000, Status::delayed);
  for (const Status to : {Status::queued, Status::running, Status::success}) {
    store.transition(waiting.key(), {.to = to});
  }
  store.remove({"f", sample_call("f", 3).id});
  Call odd = sample_call("05", 3);
  odd.created_at = Timestamp(milliseconds(-1));
  store.insert(odd);
}

/// Random conditions, of those that are pushed down and of others.
class Conditions {
 public:
  /// `edges`: ids with which blocks begin and end.
  Conditions(std::uint64_t seed, std::vector<std::string> edges)
      : random_(seed), edges_(std::move(edges)) {}

  std::string statement() {
    // On tables of its own as well as here, SQLite makes one IN of several = with OR and forgets
    // their COLLATE, and takes for constant in ORDER BY what equals a number in two spellings.
    for (;;) {
      std::string made = any_statement();
      const auto has = [&](const char* word) { return made.find(word) != std::string::npos; };
      if (!(has(" OR ") && has("COLLATE")) && !(has("CAST") && has("ORDER"))) return made;
    }
  }

 private:
  std::string any_statement() {
    std::string sql;
    for (const std::uint64_t count = below(4); terms_ < count; ++terms_) {
      sql += terms_ == 0 ? " WHERE " : below(6) == 0 ? " OR " : " AND ";
      sql += condition();
    }
    terms_ = 0;
    return sql + order();
  }

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  std::string pick(const std::vector<std::string>& some) { return some[below(some.size())]; }

  std::string comparison() { return pick({" = ", " < ", " <= ", " > ", " >= "}); }

  std::string fn_id() {
    return pick({"'f'", "'g'", "'h'", "'5'", "'05'", "'only waiting'", "'nobody'", "''", "NULL",
                 "5", "5.0", "x'66'"});
  }

  std::string id() {
    const auto n = static_cast<std::uint32_t>(below(4'000));
    if (below(4) == 0) return "'" + pick(edges_) + "'";
    return pick({"'" + sample_call("f", n).id + "'", "'" + foreign_call("g", n % 400).id + "'",
                 "''", "'01D7'", "'job/100150'", "'zzz'", "NULL", "5", "x'00'"});
  }

  std::string time() {
    const auto n = static_cast<std::uint32_t>(below(4'000));
    const std::string whole = format_rfc3339(*sample_call("f", n).created_at);
    return pick({"'" + whole + "'", "'" + whole.substr(0, 4 + below(20)) + "'", "''", "'2019'",
                 "'1969-12-31T23:59:59.999Z'", "'1970-01-01T00:00:00Z'", "'2019-04-05T00:30:00Z'",
                 "'2019-04-05T02:30:00+02:00'", "'no time'", "'9999-12-31T23:59:59.999Z'", "NULL",
                 "1554422700", "x'ff'"});
  }

  std::string status() {
    return pick({"'success'", "'error'", "'cancelled'", "'queued'", "'running'", "'delayed'",
                 "'none'", "'SUCCESS'", "NULL", "3"});
  }

  std::string condition() {
    switch (below(12)) {
      case 0:
        return "fn_id IN (" + fn_id() + ", " + fn_id() + ", " + fn_id() + ")";
      case 1:
        return "status IN (" + status() + ", " + status() + ")";
      case 2:
        return "status" + comparison() + status();
      case 3:
        return "id" + comparison() + id();
      case 4:
        return "id BETWEEN " + id() + " AND " + id();
      case 5:
        return "created_at BETWEEN " + time() + " AND " + time();
      case 6:
        return "created_at" + comparison() + time();
      case 7:
        return pick({"error LIKE '%time%'", "app_id = 'app-2'", "run_ms > 500", "type = 'async'",
                     "stats IS NOT NULL", "started_at IS NULL", "wait_ms = 0", "trigger_id <> ''"});
      case 8:
        return pick({"fn_id = 'F' COLLATE NOCASE", "status = 'ERROR' COLLATE NOCASE",
                     "id IN (" + id() + ", " + id() + ")", "NOT fn_id = 'f'", "fn_id IS 'f'",
                     "fn_id = CAST('5' AS INTEGER)", "fn_id > 'f'",
                     "id > (SELECT max(min_id) FROM blocks WHERE fn_id = 'f')"});
      default:
        return "fn_id = " + fn_id();
    }
  }

  /// With what makes the order of the rows certain; else none, and the rows are sorted here.
  std::string order() {
    const std::string limit = below(3) == 0 ? fmt::format(" LIMIT {}", 1 + below(50)) : "";
    switch (below(6)) {
      case 0:
        return " ORDER BY id DESC, fn_id DESC" + limit;
      case 1:
        return " ORDER BY id, fn_id" + limit;
      case 2:
        return " ORDER BY fn_id, id DESC" + limit;
      case 3:
        return " ORDER BY fn_id DESC, id" + limit;
      case 4:
        return " ORDER BY created_at, id, fn_id" + limit;
      default:
        return "";
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> edges_;
  std::uint64_t terms_ = 0;
};

constexpr const char* columns =
    "SELECT id, fn_id, app_id, app_name, trigger_id, type, status, error, created_at, started_at, "
    "completed_at, wait_ms, run_ms, stats FROM ";

std::vector<RawDatabase::Row> answer(RawDatabase& raw, const std::string& table,
                                     const std::string& rest) {
  auto rows = raw.rows(columns + table + rest);
  if (rest.find("ORDER BY") == std::string::npos) std::sort(rows.begin(), rows.end());
  return rows;
}

std::string null_or(const std::optional<Timestamp>& time) {
  return time ? format_rfc3339(*time) : "NULL";
}

}  // namespace

TEST_CASE("calls holds every call with every column, packed or not") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill_both_tiers(path);
  CallsDatabase database(path);
  const auto rows =
      database.raw().rows(std::string(columns) + "calls ORDER BY id DESC, fn_id DESC");
  const Store store = Store::open(path, quiet_options());
  const std::vector<Call> calls = walk(store, {});
  REQUIRE(rows.size() == calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const Call& call = calls[i];
    const auto difference = [](const auto& from, const auto& to) {
      return from && to ? std::to_string((*to - *from).count()) : std::string("NULL");
    };
    const RawDatabase::Row wanted{call.id,
                                  call.fn_id,
                                  call.app_id,
                                  call.app_name,
                                  call.trigger_id,
                                  std::string(to_string(call.type)),
                                  std::string(to_string(call.status)),
                                  call.error,
                                  null_or(call.created_at),
                                  null_or(call.started_at),
                                  null_or(call.completed_at),
                                  difference(call.created_at, call.started_at),
                                  difference(call.started_at, call.completed_at),
                                  call.stats.empty() ? "NULL" : to_json(call.stats)};
    REQUIRE(rows[i] == wanted);
  }
}

TEST_CASE("what is pushed down changes no answer") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill_both_tiers(path);
  CallsDatabase database(path);
  RawDatabase& raw = database.raw();
  raw.run(std::string("CREATE TEMP TABLE plain AS ") + columns + "calls");
  REQUIRE(raw.number("SELECT count(*) FROM plain") > 2'500);
  const std::uint64_t seed = 20190405;
  std::vector<std::string> edges;
  for (const auto& row : raw.rows("SELECT min_id, max_id FROM blocks ORDER BY fn_id, min_id")) {
    edges.insert(edges.end(), row.begin(), row.end());
  }
  Conditions conditions(seed, edges);
  int with_rows = 0;
  int pushed = 0;
  for (int i = 0; i < 1'500; ++i) {
    const std::string rest = conditions.statement();
    INFO("seed " << seed << ", statement " << i << ": " << rest);
    const auto wanted = answer(raw, "plain", rest);
    REQUIRE(answer(raw, "calls", rest) == wanted);
    with_rows += wanted.empty() ? 0 : 1;
    pushed += database.plan(columns + ("calls" + rest)).find("INDEX 0:;") == std::string::npos;
  }
  CHECK(with_rows > 500);  // or the conditions say nothing
  CHECK(pushed > 500);
}

TEST_CASE("calls takes part in joins and subqueries") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  fill_both_tiers(path);
  CallsDatabase database(path);
  RawDatabase& raw = database.raw();
  raw.run(std::string("CREATE TEMP TABLE plain AS ") + columns + "calls");
  for (const std::string rest :
       {"SELECT f.fn_id, (SELECT c.id FROM @ AS c WHERE c.fn_id = f.fn_id ORDER BY c.id DESC LIMIT "
        "1) FROM functions AS f ORDER BY f.fn_id",
        "SELECT count(*) FROM @ AS a JOIN @ AS b ON a.fn_id = b.fn_id AND a.id = b.id",
        "SELECT count(*) FROM @ WHERE fn_id = 'f' OR status = 'error' OR id < '01D7NC2'",
        "SELECT fn_id, status, count(*), min(id), max(created_at), sum(run_ms) FROM @ "
        "GROUP BY fn_id, status ORDER BY fn_id, status",
        "SELECT DISTINCT fn_id FROM @ ORDER BY fn_id DESC",
        "SELECT fn_id, count(*) FROM @ GROUP BY fn_id HAVING count(*) > 20 ORDER BY fn_id",
        "SELECT id FROM @ WHERE (fn_id, id) IN (SELECT fn_id, min_id FROM blocks) ORDER BY id"}) {
    const auto with = [&](const std::string& table) {
      std::string sql = rest;
      for (auto at = sql.find('@'); at != std::string::npos; at = sql.find('@')) {
        sql.replace(at, 1, table);
      }
      return raw.rows(sql);
    };
    INFO(rest);
    CHECK(with("calls") == with("plain"));
    CHECK_FALSE(with("plain").empty());
  }
}

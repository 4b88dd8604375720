#include "fnstore/fnstore.h"

#include "generator.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>

using namespace fnstore;

namespace {

std::string in_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

void add(std::string& sql, const std::string& condition) {
  sql += sql.empty() ? " WHERE " : " AND ";
  sql += condition;
}

/// The filter as a condition.
std::string condition_of(const CallFilter& filter, Generator& random) {
  std::string sql;
  if (!filter.fn_id.empty()) add(sql, "fn_id = " + in_quotes(filter.fn_id));
  if (filter.from_time) add(sql, "created_at > " + in_quotes(format_rfc3339(*filter.from_time)));
  if (filter.to_time) add(sql, in_quotes(format_rfc3339(*filter.to_time)) + " > created_at");
  if (!filter.status.empty()) {
    std::string words;
    for (const Status status : filter.status) {
      words += (words.empty() ? "" : ", ") + in_quotes(to_string(status));
    }
    add(sql, "status IN (" + words + ")");
  }
  if (filter.type) add(sql, "type = " + in_quotes(to_string(*filter.type)));
  if (!filter.app_id.empty()) add(sql, "app_id = " + in_quotes(filter.app_id));
  if (!filter.trigger_id.empty()) add(sql, "trigger_id = " + in_quotes(filter.trigger_id));
  if (!filter.error.empty()) add(sql, "instr(error, " + in_quotes(filter.error) + ") > 0");
  return sql + (random.chance(80) ? " ORDER BY id DESC, fn_id DESC" : "");
}

std::string text_of(const SqlValue& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) return std::string(*text);
  if (const auto* const number = std::get_if<std::int64_t>(&value))
    return fmt::format("{}", *number);
  return "NULL";
}

std::string text_of(const std::optional<Timestamp>& time) {
  return time ? format_rfc3339(*time) : "NULL";
}

using Row = std::vector<std::string>;

std::vector<Row> by_sql(const Store& store, const std::string& rest) {
  std::vector<Row> rows;
  run_sql(store,
          "SELECT id, fn_id, app_id, app_name, trigger_id, type, status, error, created_at, "
          "started_at, completed_at, run_ms, stats FROM calls" +
              rest,
          [&](const SqlRow& row) {
            Row& texts = rows.emplace_back();
            for (const SqlValue& value : row.values) texts.push_back(text_of(value));
          });
  return rows;
}

std::vector<Row> by_listing(const Store& store, const CallFilter& filter) {
  std::vector<Row> rows;
  for (const Call& call : store.calls(filter)) {
    const bool ran = call.started_at && call.completed_at;
    rows.push_back(
        {call.id, call.fn_id, call.app_id, call.app_name, call.trigger_id,
         std::string(to_string(call.type)), std::string(to_string(call.status)), call.error,
         text_of(call.created_at), text_of(call.started_at), text_of(call.completed_at),
         ran ? fmt::format("{}", (*call.completed_at - *call.started_at).count()) : "NULL",
         call.stats.empty() ? "NULL" : to_json(call.stats)});
  }
  return rows;
}

/// Calls of every kind in both tiers; some changed, some removed, some of it after packing.
void fill(Store& store, Generator& random) {
  for (int round = 0; round < 12; ++round) {
    const bool large = round % 3 == 0;
    store.insert(random.batch(large ? 2'000 : 60, large, large), OnConflict::skip);
    if (round == 4 || round == 8) store.pack();
    for (const Call& call : store.list({.per_page = 40}).items) {
      if (random.chance(60)) continue;
      if (is_finished(call.status)) {
        store.remove(call.key());
      } else if (is_legal_transition(call.status, Status::cancelled)) {
        store.transition(call.key(), {.to = Status::cancelled, .error = "client_request"});
      }
    }
  }
}

void run_seed(const std::string& path, std::uint64_t seed, std::size_t queries) {
  Generator random(seed);
  StoreOptions options;
  options.durability = Durability::crash_safe;
  options.background_packing = false;
  Store store = Store::open(path, options);
  fill(store, random);
  std::size_t rows = 0;
  for (std::size_t i = 0; i < queries; ++i) {
    CallFilter filter = random.filter();
    filter.per_page = 1'000;
    const std::string sql = condition_of(filter, random);
    std::vector<Row> wanted = by_listing(store, filter);
    std::vector<Row> got = by_sql(store, sql);
    if (sql.find("ORDER") == std::string::npos) {
      std::ranges::sort(wanted);
      std::ranges::sort(got);
    }
    if (got != wanted) {
      throw std::runtime_error(fmt::format("seed {}, query {}: {}: {} rows instead of {}", seed, i,
                                           sql, got.size(), wanted.size()));
    }
    rows += got.size();
  }
  if (rows < queries) throw std::runtime_error("the queries found next to nothing");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("SQL over random stores beside their listings", "property-sql");
  std::uint64_t seed = 1;
  std::size_t seeds = 1;
  std::size_t queries = 150;
  app.add_option("--seed", seed, "the first seed");
  app.add_option("--seeds", seeds, "how many, counting up from the first");
  app.add_option("--queries", queries, "queries a seed");
  CLI11_PARSE(app, argc, argv);
  std::size_t passed = 0;
  for (std::size_t i = 0; i < seeds; ++i) {
    fmt::print("seed {}, {} queries\n", seed + i, queries);
    std::string folder =
        (std::filesystem::temp_directory_path() / "fnstore-property-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no scratch folder");
    try {
      run_seed(folder + "/sql.db", seed + i, queries);
      ++passed;
    } catch (const std::exception& failure) {
      fmt::print("FAILED {}\n", failure.what());
    }
    std::filesystem::remove_all(folder);
  }
  fmt::print("{} passed, {} failed\n", passed, seeds - passed);
  return passed == seeds ? 0 : 1;
}

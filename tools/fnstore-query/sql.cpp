#include "fnstore/sql.h"

#include "command.h"
#include "failure.h"
#include "given_option.h"
#include "harmless.h"
#include "interrupt_watch.h"
#include "sql_writer.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <memory>

namespace fnstore::query {
namespace {

struct SqlArguments {
  std::string sql;
  std::optional<std::string> timeout;
};

constexpr double most_seconds = 1e9;

constexpr const char* sql_footer =
    "Tables: calls (id, fn_id, app_id, app_name, trigger_id, type, status, error,\n"
    "created_at, started_at, completed_at, wait_ms, run_ms, stats) has every call;\n"
    "functions sums up each function, blocks each block of packed calls. Times are\n"
    "texts like 2019-04-05T00:05:00.250Z. Conditions on fn_id, id, created_at and\n"
    "status are answered without reading what they rule out, and so is ORDER BY id.\n"
    "\n"
    "The SQL sees one moment of the store and cannot change it. json is an object\n"
    "{\"columns\":[...],\"rows\":[{...}]}, jsonl an object a row; in both, BLOBs and\n"
    "texts that are not UTF-8 are base64. In csv NULL is an empty field and the empty\n"
    "text \"\". Ctrl-C ends it at once, with exit status 130.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db sql \"SELECT fn_id, count(*), avg(run_ms) FROM calls "
    "WHERE created_at >= '2019-04-05' GROUP BY fn_id\"\n"
    "  fnstore-query --db history.db sql \"SELECT id, error FROM calls WHERE fn_id = 'resize' "
    "AND status = 'error' ORDER BY id DESC LIMIT 10\" --format table\n"
    "  fnstore-query --db history.db sql \"SELECT fn_id, calls, errors FROM functions ORDER BY "
    "errors DESC\"\n";

std::chrono::milliseconds parse_timeout(const SqlArguments& arguments) {
  if (!arguments.timeout) return std::chrono::milliseconds(0);
  const std::string& text = *arguments.timeout;
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  const bool good = error == std::errc{} && stop == end && seconds > 0 && seconds <= most_seconds;
  if (!good) {
    throw UsageError(
        fmt::format("--timeout: {} is no number of seconds above 0, such as 2.5", in_quotes(text)));
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1'000)));
}

int run(const SqlArguments& arguments, const Session& session) {
  SqlOptions options;
  options.time_limit = parse_timeout(arguments);
  const InterruptWatch watch;  // before the store starts its threads
  options.stop = watch.token();
  try {
    const Store store = session.open_to_read();
    SqlWriter writer(session, session.output_format());
    const auto columns = run_sql(
        store, arguments.sql, [&](const SqlRow& row) { writer.write(row); }, options);
    writer.finish(columns);
  } catch (const Error& error) {
    if (error.code() != Errc::interrupted) throw;
    say_error("interrupted; the output is not complete");
    return exit_status::interrupted;
  }
  return exit_status::done;
}

}  // namespace

Run define_sql(CLI::App& app) {
  const auto arguments = std::make_shared<SqlArguments>();
  app.add_option("SELECT", arguments->sql, "One SELECT, WITH or VALUES in SQLite's SQL")
      ->required();
  add_given_option(app, "--timeout", arguments->timeout, "SECONDS",
                   "End it when it takes longer; without it, it may take for ever");
  app.footer(sql_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

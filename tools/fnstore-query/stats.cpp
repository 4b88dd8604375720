#include "fnstore/statistics.h"

#include "command.h"
#include "failure.h"
#include "given_option.h"
#include "harmless.h"
#include "statistics_output.h"
#include "statistics_range.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace fnstore::query {
namespace {

constexpr const char* stats_footer =
    "Every number is exact: all calls are looked at, none is sampled. A percentile is\n"
    "a time that occurred, the least that so many percent did not exceed. run is from\n"
    "started_at to completed_at, wait from created_at to started_at; *_ms are in\n"
    "milliseconds. error_rate is the part of the calls that have ended which ended in\n"
    "error. Groups by function, app and type come with the most calls first. csv has\n"
    "one table: its first column says what a row is about. jsonl is one group a line.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db stats\n"
    "  fnstore-query --db history.db stats resize --from 24h\n"
    "  fnstore-query --db history.db stats --by fn --format csv\n"
    "  fnstore-query --db history.db stats resize --by hour --from 7d\n";

struct StatsArguments {
  std::string fn_id;
  StatisticsRange range;
  std::optional<std::string> by;
};

constexpr std::size_t points_off_terminal = 60;
constexpr std::size_t timeline_label = 7;

GroupBy parse_by(const std::optional<std::string>& text) {
  if (!text) return GroupBy::nothing;
  for (const auto& [word, by] : {std::pair("fn", GroupBy::function), std::pair("app", GroupBy::app),
                                 std::pair("type", GroupBy::type), std::pair("hour", GroupBy::hour),
                                 std::pair("day", GroupBy::day)}) {
    if (*text == word) return by;
  }
  throw UsageError(
      fmt::format("--by: {} is unknown; give fn, app, type, hour or day", in_quotes(*text)));
}

std::string render(const Statistics& statistics, GroupBy by, Format format,
                   const Session& session) {
  switch (format) {
    case Format::json:
      return statistics_json(statistics, by);
    case Format::csv:
      return statistics_csv(statistics, by);
    case Format::table:
      return statistics_table(statistics, by, session.terminal);
    case Format::jsonl:
      break;
  }
  if (by == GroupBy::nothing) return statistics_json(statistics, by);
  std::string lines;
  for (const CallSummary& group : statistics.groups) lines += group_json(group, by) + "\n";
  return lines;
}

int run(const StatsArguments& arguments, const Session& session) {
  StatisticsRequest request;
  request.by = parse_by(arguments.by);
  request.filter.fn_id = arguments.fn_id;
  const Format format = session.output_format();
  const std::size_t columns = session.terminal.columns;
  request.timeline_points = points_off_terminal;
  if (format == Format::table) {
    request.timeline_points = columns > 2 * timeline_label ? columns - timeline_label : columns;
  }
  request.timeline_points = std::clamp<std::size_t>(request.timeline_points, 2, 1'000);
  Statistics statistics = ask_statistics(request, arguments.range, "stats", session);
  if (request.by != GroupBy::hour && request.by != GroupBy::day) {
    std::ranges::stable_sort(statistics.groups, std::ranges::greater{}, &CallSummary::calls);
  }
  Output out = session.standard_output(format);
  out.write(render(statistics, request.by, format, session));
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_stats(CLI::App& app) {
  const auto arguments = std::make_shared<StatsArguments>();
  app.add_option("FN_ID", arguments->fn_id, "Only calls of this function. Default: all functions");
  define_statistics_range(app, arguments->range);
  add_given_option(app, "--by", arguments->by, "fn|app|type|hour|day",
                   "The same for each of them; hours and days are UTC");
  app.footer(stats_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

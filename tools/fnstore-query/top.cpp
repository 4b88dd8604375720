#include "fnstore/statistics.h"

#include "command.h"
#include "failure.h"
#include "given_option.h"
#include "harmless.h"
#include "statistics_output.h"
#include "statistics_range.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <memory>
#include <span>
#include <tuple>

namespace fnstore::query {
namespace {

constexpr const char* top_footer =
    "calls: the most calls; errors: the most that ended in error; time: the longest\n"
    "run time of all calls together; p99: the longest p99 of the run time. Numbers\n"
    "are those of `stats --by fn`, exact. How many functions are not shown stands on\n"
    "standard error.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db top\n"
    "  fnstore-query --db history.db top --by errors --from 24h\n"
    "  fnstore-query --db history.db top --by p99 --limit 3 --format table\n";

constexpr std::size_t default_limit = 10;

struct TopArguments {
  std::optional<std::string> by;
  StatisticsRange range;
  std::optional<std::string> limit;
};

using Measure = std::int64_t (*)(const CallSummary&);

Measure parse_measure(const std::string& word) {
  if (word == "calls") {
    return [](const CallSummary& group) { return static_cast<std::int64_t>(group.calls()); };
  }
  if (word == "errors") {
    return [](const CallSummary& group) {
      return static_cast<std::int64_t>(group.count(Status::error));
    };
  }
  if (word == "time") return [](const CallSummary& group) { return group.run.total; };
  if (word == "p99") return [](const CallSummary& group) { return group.run.p99; };
  throw UsageError(
      fmt::format("--by: {} is unknown; give calls, errors, time or p99", in_quotes(word)));
}

std::size_t parse_limit(const std::optional<std::string>& text) {
  if (!text) return default_limit;
  std::size_t value = 0;
  const char* const end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end && value > 0) return value;
  throw UsageError(fmt::format("--limit: {} is not a number of functions; give an integer from 1",
                               in_quotes(*text)));
}

std::string render(std::span<const CallSummary> shown, std::string_view by, Format format,
                   const Session& session) {
  if (format == Format::csv) return groups_csv(shown, GroupBy::function);
  if (format == Format::table) return groups_table(shown, GroupBy::function, session.terminal);
  std::string out;
  for (const CallSummary& group : shown) {
    const bool lines = format == Format::jsonl;
    out += out.empty() || lines ? "" : ",";
    out += group_json(group, GroupBy::function) + (lines ? "\n" : "");
  }
  if (format == Format::jsonl) return out;
  return fmt::format(R"({{"by":"{}","items":[{}]}})", by, out) + "\n";
}

int run(const TopArguments& arguments, const Session& session) {
  const std::string by = arguments.by.value_or("calls");
  const Measure measure = parse_measure(by);
  const std::size_t limit = parse_limit(arguments.limit);
  Statistics statistics =
      ask_statistics({.by = GroupBy::function}, arguments.range, "top", session);
  std::vector<CallSummary>& all = statistics.groups;
  std::ranges::sort(all, [&](const CallSummary& a, const CallSummary& b) {
    return std::tuple(measure(b), b.calls(), a.key) < std::tuple(measure(a), a.calls(), b.key);
  });
  const auto shown = std::span(all).first(std::min(limit, all.size()));
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  out.write(render(shown, by, format, session));
  out.finish();
  if (shown.size() < all.size()) {
    say(paint(fmt::format("{} more functions; --limit {} shows all", all.size() - shown.size(),
                          all.size()),
              Color::dim, session.terminal.color_error));
  }
  return exit_status::done;
}

}  // namespace

Run define_top(CLI::App& app) {
  const auto arguments = std::make_shared<TopArguments>();
  add_given_option(app, "--by", arguments->by, "calls|errors|time|p99",
                   "What matters. Default: calls");
  define_statistics_range(app, arguments->range);
  add_given_option(app, "--limit", arguments->limit, "N", "So many functions. Default: 10");
  app.footer(top_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

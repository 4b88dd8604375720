#include "list_arguments.h"

#include "failure.h"
#include "given_option.h"
#include "harmless.h"
#include "shell_word.h"
#include "time_argument.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

constexpr std::size_t most_per_page = 100;

constexpr const char* footer =
    "Calls come by id, newest first; over all functions, equal ids by function. All\n"
    "filters combine. A page that is full comes with a cursor: next_cursor in json, a\n"
    "command for the next page on standard error with a table. An unknown function\n"
    "has no calls, which is no error. Without --format, --all is jsonl off a terminal.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db list\n"
    "  fnstore-query --db history.db list resize --status error --status cancelled\n"
    "  fnstore-query --db history.db list --relative --format table\n"
    "  fnstore-query --db history.db list --from 2019-04-05T00:00:00Z --to 36h\n"
    "  fnstore-query --db history.db list resize --all --format csv > resize.csv\n";

std::size_t parse_per_page(const std::string& text) {
  const bool digits =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    throw UsageError(fmt::format(
        "--per-page: {} is not a number of calls; give an integer from 0 (the default, {}) to {}",
        in_quotes(text), limits::default_page, most_per_page));
  }
  std::size_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc{} ? std::min(value, most_per_page) : most_per_page;
}

/// Options for a command line that people see; nothing for an empty value.
struct OptionWords {
  bool ascii_only;

  std::string operator()(std::string_view option, std::string_view value) const {
    if (value.empty()) return {};
    return fmt::format(" {} {}", option, shell_word(value, ascii_only));
  }
};

}  // namespace

void define_list_arguments(CLI::App& app, ListArguments& arguments) {
  app.add_option("FN_ID", arguments.fn_id, "Only calls of this function. Default: all functions");
  add_given_option(app, "--from", arguments.from, "TIME",
                   "Only calls created after TIME: RFC 3339 (2019-04-05T00:05:00Z), seconds since "
                   "1970, or an age (90s 15m 36h 7d 2w)");
  add_given_option(app, "--to", arguments.to, "TIME", "Only calls created before TIME");
  app.add_option("--cursor", arguments.cursor, "Go on after the page that gave this next_cursor")
      ->type_name("CURSOR");
  add_given_option(app, "--per-page", arguments.per_page, "N",
                   "Calls on a page, at most 100; more are taken as 100. Default: 30. Without "
                   "effect on --all");
  app.add_flag("--all", arguments.all, "Every page, as a stream of jsonl, csv or table rows");
  app.add_option("--status", arguments.status,
                 "Only calls in this state. May be given several times")
      ->type_name("delayed|queued|running|success|error|cancelled")
      ->allow_extra_args(false);
  add_given_option(app, "--type", arguments.type, "sync|async|detached|\"\"",
                   "Only calls of this type; \"\" is for those without");
  app.add_option("--app", arguments.app_id, "Only calls of this app")->type_name("ID");
  app.add_option("--trigger", arguments.trigger_id, "Only calls from this trigger")
      ->type_name("ID");
  app.add_option("--error", arguments.error, "Only calls whose error contains TEXT")
      ->type_name("TEXT");
  app.add_flag("--relative", arguments.relative,
               "Show in a table how long ago a call was created, such as 3m ago");
  app.footer(footer);
}

CallFilter make_filter(const ListArguments& arguments, Timestamp now) {
  CallFilter filter;
  filter.fn_id = arguments.fn_id;
  if (arguments.from) filter.from_time = parse_time_argument("--from", *arguments.from, now);
  if (arguments.to) filter.to_time = parse_time_argument("--to", *arguments.to, now);
  filter.cursor = arguments.cursor;
  if (arguments.per_page) filter.per_page = parse_per_page(*arguments.per_page);
  for (const std::string& word : arguments.status) {
    filter.status.push_back(parse_status(word));
  }
  if (arguments.type) filter.type = parse_call_type(*arguments.type);
  filter.app_id = arguments.app_id;
  filter.trigger_id = arguments.trigger_id;
  filter.error = arguments.error;
  return filter;
}

std::string next_page_command(const ListArguments& arguments, const CallFilter& filter,
                              std::string_view next_cursor, const Session& session) {
  std::string command = "fnstore-query" + session.repeat_globals() + " list";
  const bool ascii_only = session.terminal.ascii_error();
  const OptionWords option_word{ascii_only};
  const bool looks_like_option = filter.fn_id.starts_with('-') || filter.fn_id == "++";
  if (!looks_like_option && !filter.fn_id.empty())
    command += " " + shell_word(filter.fn_id, ascii_only);
  if (filter.from_time) command += option_word("--from", format_rfc3339(*filter.from_time));
  if (filter.to_time) command += option_word("--to", format_rfc3339(*filter.to_time));
  command += option_word("--per-page", arguments.per_page.value_or(""));
  for (const std::string& word : arguments.status) command += option_word("--status", word);
  if (filter.type) command += fmt::format(" --type {}", shell_word(*arguments.type));
  command += option_word("--app", filter.app_id);
  command += option_word("--trigger", filter.trigger_id);
  command += option_word("--error", filter.error);
  if (arguments.relative) command += " --relative";
  command += option_word("--cursor", next_cursor);
  if (looks_like_option) command += option_word("--", filter.fn_id);
  return command;
}

}  // namespace fnstore::query

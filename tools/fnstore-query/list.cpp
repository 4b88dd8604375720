#include "fnstore/json.h"

#include "call_lines.h"
#include "command.h"
#include "failure.h"
#include "list_arguments.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <utility>

namespace fnstore::query {
namespace {

constexpr std::size_t fetch_size = 1'000;  // of --all

void hint(std::string_view text, const Session& session) {
  say(paint(text, Color::dim, session.terminal.color_error));
}

void hint_next_page(const ListArguments& arguments, const CallFilter& filter, const CallList& page,
                    const Session& session) {
  if (page.next_cursor.empty()) return;
  hint(
      fmt::format("next page: {}", next_page_command(arguments, filter, page.next_cursor, session)),
      session);
}

/// Writes pages in one format. The first page decides how a table looks.
class PageWriter {
 public:
  PageWriter(const Session& session, Format format, const ListArguments& arguments)
      : session_(session),
        format_(format),
        more_to_come_(arguments.all),
        out_(session.standard_output(format)),
        lines_(session, format, arguments.fn_id.empty(),
               arguments.relative ? std::optional(system_clock().now()) : std::nullopt) {}

  void write(const CallList& page) {
    if (format_ == Format::json) {
      out_.write(to_json(page));
      out_.write("\n");
      return;
    }
    if (!std::exchange(started_, true)) {
      out_.write(lines_.header(page.items, more_to_come_ && !page.next_cursor.empty()));
    }
    for (const Call& call : page.items) out_.write(lines_.line(call));
  }

  /// Everything is out; says what the table had no room for.
  void finish() {
    out_.finish();
    const std::string left_out = lines_.left_out();
    if (!left_out.empty()) {
      hint(fmt::format("no room for: {} (--format json shows all)", left_out), session_);
    }
  }

 private:
  const Session& session_;
  Format format_;
  bool more_to_come_;
  Output out_;
  CallLines lines_;
  bool started_ = false;
};

Format format_of_all(const Session& session) {
  if (session.format == Format::json) {
    throw UsageError("--all streams calls; give --format jsonl, csv or table");
  }
  const Format format = session.output_format();
  return format == Format::json ? Format::jsonl : format;
}

void list_all(const ListArguments& arguments, const Session& session, CallFilter filter) {
  const Format format = format_of_all(session);
  const Store store = session.open_to_read();
  PageWriter writer(session, format, arguments);
  filter.per_page = fetch_size;
  do {
    const CallList page = store.list(filter);
    writer.write(page);
    filter.cursor = page.next_cursor;
  } while (!filter.cursor.empty());
  writer.finish();
}

void list_page(const ListArguments& arguments, const Session& session, const CallFilter& filter) {
  const Format format = session.output_format();
  const CallList page = session.open_to_read().list(filter);
  PageWriter writer(session, format, arguments);
  writer.write(page);
  writer.finish();
  const bool for_people =
      format == Format::table || (format != Format::json && session.terminal.error_is_terminal);
  if (for_people) hint_next_page(arguments, filter, page, session);
}

int run(const ListArguments& arguments, const Session& session) {
  const CallFilter filter = make_filter(arguments, system_clock().now());
  if (arguments.all) {
    list_all(arguments, session, filter);
  } else {
    list_page(arguments, session, filter);
  }
  return exit_status::done;
}

}  // namespace

Run define_list(CLI::App& app) {
  const auto arguments = std::make_shared<ListArguments>();
  define_list_arguments(app, *arguments);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

#include "session.h"

#include "failure.h"
#include "harmless.h"
#include "shell_word.h"

#include <array>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace fnstore::query {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 4> formats{{
    {"table", Format::table},
    {"json", Format::json},
    {"jsonl", Format::jsonl},
    {"csv", Format::csv},
}};

}  // namespace

Format Session::output_format() const {
  if (format) return *format;
  return terminal.output_is_terminal ? Format::table : Format::json;
}

Output Session::standard_output(Format as) const {
  Harmless harmless = Harmless::as_is;
  if (terminal.output_is_terminal && as == Format::csv) harmless = Harmless::text;
  if (terminal.output_is_terminal && (as == Format::json || as == Format::jsonl)) {
    harmless = Harmless::json;
  }
  return {STDOUT_FILENO, "standard output", harmless, !terminal.utf8};
}

const std::string& Session::store_path() const {
  if (db.empty()) {
    throw UsageError("no store is named; give --db FILE or set FNSTORE_DB");
  }
  if (db.starts_with("postgresql://") || db.starts_with("postgres://")) {
    throw Error(Errc::unsupported,
                "this build has no PostgreSQL engine; give --db the path of a store file");
  }
  return db;
}

Store Session::open_to_read() const {
  return Store::open(store_path(), {.create = false, .background_packing = false});
}

Store Session::open_to_change() const {
  return Store::open(store_path(),
                     {.create = false, .redaction = RedactionRule::from_environment()});
}

Store Session::open_to_write() const {
  return Store::open(store_path(), {.redaction = RedactionRule::from_environment()});
}

std::string Session::repeat_globals() const {
  std::string words;
  if (db_given) words += fmt::format(" --db {}", shell_word(db, terminal.ascii_error()));
  if (format) words += fmt::format(" --format {}", to_string(*format));
  if (color) words += fmt::format(" --color {}", *color);
  return words;
}

Format parse_format(std::string_view text) {
  for (const auto& [name, format] : formats) {
    if (name == text) return format;
  }
  return Format::table;
}

std::string_view to_string(Format format) {
  for (const auto& [name, value] : formats) {
    if (value == format) return name;
  }
  return "";
}

void say(std::string_view line) noexcept {
  try {
    write_fully(STDERR_FILENO, fmt::format("{}\n", line), "standard error");
  } catch (...) {
    return;
  }
}

void say_error(std::string_view message) noexcept {
  try {
    const bool ascii_only = isatty(STDERR_FILENO) == 1 && !locale_is_utf8();
    say(fmt::format("fnstore-query: {}", harmless_line(message, ascii_only)));
  } catch (...) {
    return;
  }
}

}  // namespace fnstore::query

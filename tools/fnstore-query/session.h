#pragma once

#include "fnstore/store.h"

#include "output.h"
#include "terminal.h"

#include <optional>
#include <string>
#include <string_view>

namespace fnstore::query {

enum class Format { table, json, jsonl, csv };

/// What stands on the command line for every command, and where the command runs.
struct Session {
  std::string db;                    ///< --db, else FNSTORE_DB; may be empty
  bool db_given = false;             ///< by --db
  std::optional<Format> format;      ///< --format
  std::optional<std::string> color;  ///< --color as given
  Terminal terminal;

  /// The format asked for; else table on a terminal, json off it.
  Format output_format() const;

  /// Standard output for data in that format, harmless when it is a terminal.
  Output standard_output(Format as) const;

  /// The path of the store. Throws UsageError when none was named, `unsupported` for a server's
  /// URL.
  const std::string& store_path() const;

  /// The store for a command that only reads: a missing file is `not_found`, and nothing is
  /// created. All three throw as store_path() does.
  Store open_to_read() const;
  /// For one that changes what is there: a missing file is `not_found` as well.
  Store open_to_change() const;
  Store open_to_write() const;

  /// What the user typed before the command, to show a command that goes on from here.
  std::string repeat_globals() const;
};

/// Of a name that to_string() gives; table for any other.
Format parse_format(std::string_view text);
std::string_view to_string(Format format);

/// A line for people on standard error, `fnstore-query: ` before it when it is an error.
/// Never throws: there is nowhere left to say so.
void say(std::string_view line) noexcept;
void say_error(std::string_view message) noexcept;

}  // namespace fnstore::query

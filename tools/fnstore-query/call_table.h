#pragma once

#include "fnstore/call.h"

#include "table.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fnstore::query {

/// Calls as a table for people. `with_function` adds the column of functions.
class CallTable {
 public:
  /// The first calls decide the widths of the columns, see Table. With `now`, times are told as
  /// relative_time() to it.
  CallTable(std::span<const Call> first, bool with_function, const Terminal& terminal,
            bool more_to_come, std::optional<Timestamp> now = std::nullopt);

  std::string header() const { return table_.header(); }
  std::string line(const Call& call) const;

  /// Columns that found no room, as "A, B"; empty when all did.
  std::string left_out() const;

 private:
  Table make_table(std::span<const Call> first, const Terminal& terminal, bool more_to_come);
  TableRow row(const Call& call) const;
  std::string time_text(Timestamp time) const;

  bool with_function_;
  bool ascii_only_;
  std::optional<Timestamp> now_;
  bool short_times_ = false;
  Table table_;
};

Color color_of(Status status);

/// As duration_text() has it; empty unless both times are there.
std::string run_time(const Call& call);

}  // namespace fnstore::query

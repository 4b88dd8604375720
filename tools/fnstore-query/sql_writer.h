#pragma once

#include "fnstore/sql.h"

#include "session.h"
#include "table.h"

#include <optional>
#include <string>
#include <vector>

namespace fnstore::query {

/// Writes the rows of a statement in one format, each as it comes. A table keeps the first rows
/// until it knows how wide its columns must be.
class SqlWriter {
 public:
  SqlWriter(const Session& session, Format format)
      : session_(session), format_(format), out_(session.standard_output(format)) {}

  void write(const SqlRow& row);

  /// Everything is out; `columns` are needed where no row came. Says what had no room.
  void finish(const std::vector<std::string>& columns);

 private:
  void start(std::span<const std::string> columns);
  void write_json(const SqlRow& row);
  void write_csv(const SqlRow& row);
  void write_table(const SqlRow& row);
  void start_table(bool more_to_come);
  void end_table();

  const Session& session_;
  Format format_;
  Output out_;
  bool started_ = false;
  bool has_rows_ = false;
  std::vector<std::string> names_;  ///< keys of JSON, or titles of a table
  std::vector<bool> numbers_;       ///< columns that hold nothing but numbers, as far as seen
  std::vector<TableRow> first_rows_;
  std::optional<Table> table_;
};

}  // namespace fnstore::query

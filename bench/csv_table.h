#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::bench {

/// Reads a comma-separated file without quoting, one row at a time. The first line names the
/// columns. Every failure is an `invalid` (or `io`) Error that starts with "FILE:LINE: "; a file
/// that is not there is `not_found`, "FILE: ...".
class CsvTable {
 public:
  explicit CsvTable(std::string path);

  /// The index of a column; fails when the header does not have it.
  std::size_t column(const std::string& name) const;
  bool has_column(const std::string& name) const { return columns_.contains(name); }

  /// Moves to the next row; false at the end. Empty lines are skipped, any other row must have as
  /// many fields as the header.
  bool next();

  /// Fields of the current row; the views live until the next call of next().
  std::string_view text(std::size_t column) const { return fields_[column]; }  ///< may be empty
  std::string_view name(std::size_t column) const;                             ///< fails when empty
  std::uint32_t count(std::size_t column) const;  ///< a whole number, 0 to 2^32-1
  double number(std::size_t column) const;        ///< finite and not negative

  /// Throws Error(invalid, "FILE:LINE: " + what) for the current row.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  bool read_line();
  void split();

  std::string path_;
  std::ifstream file_;
  std::string line_;
  std::size_t line_number_ = 0;
  std::vector<std::string_view> fields_;
  std::vector<std::string> header_;
  std::map<std::string, std::size_t> columns_;
};

}  // namespace fnstore::bench

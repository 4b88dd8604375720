#pragma once

#include "terminal.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::query {

struct Cell {
  std::string text;  ///< a harmless_line()
  Color color = Color::none;
};

using TableRow = std::vector<Cell>;

struct TableColumn {
  std::string_view title;
  std::size_t minimum = 0;  ///< columns it is worth showing with, when it needs as many
  std::size_t keep = 0;     ///< the higher, the sooner it is left out of a narrow table
  bool align_right = false;
  bool hide_empty = false;  ///< it is not worth showing when no row has anything in it
};

/// Rows in columns that fit the terminal. The first rows decide the widths; later rows, however
/// many, are cut to them.
class Table {
 public:
  /// With `more_to_come`, no column is hidden or becomes narrower than its minimum for what the
  /// first rows hold.
  Table(std::vector<TableColumn> columns, const std::vector<TableRow>& first_rows,
        const Terminal& terminal, bool more_to_come);

  std::string header() const;
  std::string line(const TableRow& row) const;

  /// Titles of columns that hold something and did not fit.
  const std::vector<std::string_view>& left_out() const { return left_out_; }

  /// Whether every column is there in full width, for the rows it was made with.
  bool complete() const { return complete_; }

 private:
  void choose(const std::vector<std::size_t>& natural);
  void widen(const std::vector<std::size_t>& natural);
  std::string render(const TableRow& row) const;

  std::vector<TableColumn> columns_;
  std::vector<std::size_t> widths_;  ///< 0: left out
  std::vector<std::string_view> left_out_;
  Terminal terminal_;
  bool complete_ = true;
};

}  // namespace fnstore::query

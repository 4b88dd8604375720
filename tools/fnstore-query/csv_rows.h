#pragma once

#include "byte_pieces.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::query {

struct CsvCell {
  std::string text;
  bool absent = false;  ///< empty and not quoted
};

struct CsvRow {
  std::vector<CsvCell> cells;
  std::uint64_t line = 0;  ///< where it starts
  std::size_t bytes = 0;   ///< of its cells
};

/// Rows of RFC 4180 CSV: quoted fields may hold newlines, spaces count, empty lines do not.
class CsvRows {
 public:
  /// The pieces must outlive it.
  explicit CsvRows(BytePieces& pieces);
  ~CsvRows();
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  /// Nothing at the end. Throws LineError for broken quoting, a NUL, invalid UTF-8, a row that is
  /// too long; it cannot go on after that.
  std::optional<CsvRow> next();

 private:
  struct Parser;

  void feed(const Piece& piece);
  void end();
  void take_cell(const char* text, std::size_t size);
  void take_row();

  BytePieces& pieces_;
  std::unique_ptr<Parser> parser_;
  std::deque<CsvRow> complete_;
  CsvRow row_;                  ///< being read
  std::exception_ptr failure_;  ///< comes after the rows that are complete
  bool within_row_ = false;
  bool ended_ = false;
};

}  // namespace fnstore::query

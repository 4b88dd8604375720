#include "call_csv.h"
#include "csv_header.h"
#include "csv_rows.h"
#include "record_reader.h"

#include <array>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

constexpr std::array<std::string_view, 3> required_columns{"id", "fn_id", "status"};

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names;
  for (const CsvColumn& column : csv_columns(CsvColumns::record)) names.push_back(column.name);
  return names;
}

class CsvReader : public RecordReader {
 public:
  explicit CsvReader(BytePieces& pieces)
      : rows_(pieces), columns_(read_csv_header(rows_, known_names(), required_columns)) {}

  std::optional<InputRecord> next() override {
    const auto row = rows_.next();
    if (!row) return std::nullopt;
    check_cells(*row, columns_.size());
    InputRecord input{{}, row->line, row->bytes};
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      read_cell(*row, i, input.record);
    }
    return input;
  }

 private:
  void read_cell(const CsvRow& row, std::size_t position, CallRecord& record) const {
    const CsvColumn& column = csv_columns(CsvColumns::record)[columns_[position]];
    const CsvCell& cell = row.cells[position];
    const bool is_empty_log = cell.text.empty() && !cell.absent && column.name == "log";
    try {
      if (column.name == "status" || !cell.text.empty() || is_empty_log) column.read(cell, record);
    } catch (const Error& error) {
      throw LineError(row.line, fmt::format("column {}: {}", column.name, error.what()),
                      error.code());
    }
  }

  CsvRows rows_;
  std::vector<std::size_t> columns_;
};

}  // namespace

std::unique_ptr<RecordReader> open_csv(BytePieces& pieces) {
  return std::make_unique<CsvReader>(pieces);
}

}  // namespace fnstore::query

#include "fnstore/call_id.h"

#include "csv_header.h"
#include "csv_rows.h"
#include "harmless.h"
#include "record_reader.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace fnstore::query {
namespace {

constexpr std::array<std::string_view, 4> azure_columns{"app", "func", "end_timestamp", "duration"};
enum Column : std::size_t { app, func, end_timestamp, duration };

/// Second 0 of the trace.
constexpr Timestamp trace_start{std::chrono::sys_days{std::chrono::January / 31 / 2021}};

/// Further than any trace goes, and safe to count in milliseconds.
constexpr double most_seconds = 1e9;

double read_seconds(const CsvRow& row, Column column, const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !(value >= 0 && value <= most_seconds)) {
    throw LineError(row.line, fmt::format("column {}: {} is not a number of seconds from 0 to 1e9",
                                          azure_columns[column], in_quotes(text)));
  }
  return value;
}

Timestamp at_second(double seconds) {
  return trace_start +
         std::chrono::milliseconds{static_cast<std::int64_t>(std::floor(seconds * 1'000))};
}

/// Invocations as the Azure Functions trace of 2021 has them: one a row, known by its end.
class AzureReader : public RecordReader {
 public:
  explicit AzureReader(BytePieces& pieces)
      : rows_(pieces), columns_(read_csv_header(rows_, azure_columns, azure_columns)) {}

  std::optional<InputRecord> next() override {
    const auto row = rows_.next();
    if (!row) return std::nullopt;
    check_cells(*row, columns_.size());
    std::array<const std::string*, azure_columns.size()> cells{};
    for (std::size_t i = 0; i < columns_.size(); ++i) cells[columns_[i]] = &row->cells[i].text;
    for (const Column column : {app, func}) {
      if (cells[column]->empty()) {
        throw LineError(row->line, fmt::format("column {}: is empty", azure_columns[column]));
      }
    }
    const double end = read_seconds(*row, end_timestamp, *cells[end_timestamp]);
    const double start = end - read_seconds(*row, duration, *cells[duration]);
    InputRecord input{{}, row->line, row->bytes};
    Call& call = input.record.call;
    call.app_id = *cells[app];
    call.fn_id = fmt::format("{}/{}", *cells[app], *cells[func]);  // func is unique within its app
    call.status = Status::success;
    call.created_at = call.started_at = at_second(start);
    call.completed_at = at_second(end);
    call.id = make_id(*call.created_at, *row);
    return input;
  }

 private:
  /// The same for the same row of the same file, and different for every row. The header is row 1.
  std::string make_id(Timestamp created, const CsvRow& row) {
    if (row_number_ == std::numeric_limits<std::uint32_t>::max()) {
      throw LineError(row.line, "is beyond the last row that can be told apart; split the file");
    }
    ++row_number_;
    const auto ms = static_cast<std::uint64_t>(created.time_since_epoch().count());
    return format_call_id({.milliseconds = ms, .machine = 0, .counter = row_number_});
  }

  CsvRows rows_;
  std::vector<std::size_t> columns_;
  std::uint32_t row_number_ = 1;
};

}  // namespace

std::unique_ptr<RecordReader> open_azure(BytePieces& pieces) {
  return std::make_unique<AzureReader>(pieces);
}

}  // namespace fnstore::query

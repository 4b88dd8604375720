#include "csv_rows.h"

#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "record_reader.h"

#include <csv.h>
#include <fmt/format.h>
#include <new>
#include <utility>

namespace fnstore::query {
namespace {

/// A payload and a log, both in base64, and the rest of a call.
constexpr std::size_t most_cell_bytes = limits::payload_bytes / 3 * 4 + 1'024;
constexpr std::size_t most_row_bytes = 2 * most_cell_bytes + limits::json_line_bytes;
constexpr std::size_t most_cells = 256;
constexpr std::size_t buffer_step = std::size_t{64} << 10;
constexpr std::string_view too_long =
    "starts a row that is too long: more than a call, its payload and its log can take";

}  // namespace

/// The C parser and what it calls. No exception may pass through it: what goes wrong is kept.
struct CsvRows::Parser {
  csv_parser state{};

  static void cell(void* text, std::size_t size, void* rows) {
    guard(rows, [&](CsvRows& self) { self.take_cell(static_cast<const char*>(text), size); });
  }
  static void row(int, void* rows) {
    guard(rows, [](CsvRows& self) { self.take_row(); });
  }

 private:
  template <typename Step>
  static void guard(void* rows, Step step) noexcept {
    auto& self = *static_cast<CsvRows*>(rows);
    if (self.failure_) return;
    try {
      step(self);
    } catch (...) {
      self.failure_ = std::current_exception();
    }
  }
};

CsvRows::CsvRows(BytePieces& pieces) : pieces_(pieces), parser_(std::make_unique<Parser>()) {
  csv_parser* state = &parser_->state;
  if (csv_init(state, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0) {
    throw std::bad_alloc();
  }
  csv_set_space_func(state, [](unsigned char) { return 0; });
  csv_set_blk_size(state, buffer_step);
}

CsvRows::~CsvRows() {
  csv_free(&parser_->state);
}

std::optional<CsvRow> CsvRows::next() {
  for (;;) {
    if (!complete_.empty()) {
      CsvRow row = std::move(complete_.front());
      complete_.pop_front();
      return row;
    }
    if (failure_) std::rethrow_exception(failure_);
    if (ended_) return std::nullopt;
    const auto piece = pieces_.next();
    try {
      if (piece) {
        feed(*piece);
      } else {
        end();
      }
    } catch (const Error&) {
      if (!failure_) failure_ = std::current_exception();
    }
  }
}

void CsvRows::feed(const Piece& piece) {
  if (!within_row_) row_.line = piece.line;
  refuse_nul(piece);
  csv_parser* state = &parser_->state;
  const std::size_t taken =
      csv_parse(state, piece.bytes.data(), piece.bytes.size(), &Parser::cell, &Parser::row, this);
  if (taken < piece.bytes.size()) {
    if (csv_error(state) != CSV_EPARSE) throw std::bad_alloc();
    throw LineError(row_.line,
                    "has a quote in the wrong place; quote the whole field and double the quotes "
                    "within it");
  }
  within_row_ = state->pstate != 0;
  if (csv_get_buffer_size(state) > most_cell_bytes + buffer_step)
    throw LineError(row_.line, too_long);
}

void CsvRows::end() {
  ended_ = true;
  csv_parser* state = &parser_->state;
  if (csv_fini(state, &Parser::cell, &Parser::row, this) == 0) return;
  if (csv_error(state) != CSV_EPARSE) throw std::bad_alloc();
  throw LineError(row_.line, "starts a row with a quoted field that never ends");
}

void CsvRows::take_cell(const char* text, std::size_t size) {
  CsvCell cell;
  cell.absent = text == nullptr;
  if (text != nullptr) cell.text.assign(text, size);
  if (!is_valid_utf8(cell.text)) throw LineError(row_.line, "is not valid UTF-8");
  row_.bytes += size;
  row_.cells.push_back(std::move(cell));
  if (row_.bytes > most_row_bytes || row_.cells.size() > most_cells) {
    throw LineError(row_.line, too_long);
  }
}

void CsvRows::take_row() {
  const std::uint64_t line = row_.line;
  complete_.push_back(std::move(row_));
  row_ = {};
  row_.line = line;
}

}  // namespace fnstore::query

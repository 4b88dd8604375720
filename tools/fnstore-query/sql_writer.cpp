#include "sql_writer.h"

#include "csv_text.h"
#include "harmless.h"
#include "sql_value.h"

#include <fmt/format.h>

namespace fnstore::query {
namespace {

constexpr std::size_t rows_that_decide = 1'000;  // how wide a table's columns are

}  // namespace

void SqlWriter::write(const SqlRow& row) {
  if (!started_) start(row.columns);
  switch (format_) {
    case Format::json:
    case Format::jsonl:
      write_json(row);
      break;
    case Format::csv:
      write_csv(row);
      break;
    case Format::table:
      write_table(row);
      break;
  }
  has_rows_ = true;
}

void SqlWriter::start(std::span<const std::string> columns) {
  started_ = true;
  numbers_.assign(columns.size(), true);
  if (format_ == Format::csv) {
    const std::vector<std::string_view> header(columns.begin(), columns.end());
    out_.write(csv_row(header));
    return;
  }
  if (format_ == Format::table) {
    for (const std::string& column : columns) {
      names_.push_back(harmless_line(column, !session_.terminal.utf8));
    }
    return;
  }
  for (const std::string& name : distinct_names(columns)) {
    names_.push_back(sql_value_to_json(std::string_view(name)));
  }
  if (format_ != Format::json) return;
  out_.write("{\"columns\":[");
  for (std::size_t i = 0; i < names_.size(); ++i) out_.write((i == 0 ? "" : ",") + names_[i]);
  out_.write("],\"rows\":[");
}

void SqlWriter::write_json(const SqlRow& row) {
  std::string line = format_ == Format::json && has_rows_ ? ",\n{" : "{";
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) line += ',';
    line += names_[i];
    line += ':';
    line += sql_value_to_json(row.values[i]);
  }
  line += format_ == Format::json ? "}" : "}\n";
  out_.write(line);
}

void SqlWriter::write_csv(const SqlRow& row) {
  std::string line;
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    if (i > 0) line += ',';
    append_sql_csv(line, row.values[i]);
  }
  out_.write(line + "\n");
}

void SqlWriter::write_table(const SqlRow& row) {
  TableRow cells;
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    const SqlValue& value = row.values[i];
    const bool null = std::holds_alternative<std::monostate>(value);
    if (!table_) numbers_[i] = numbers_[i] && (null || is_number(value));
    cells.push_back({sql_value_to_cell(value, !session_.terminal.utf8), Color::none});
  }
  if (!table_ && first_rows_.size() == rows_that_decide) start_table(true);
  if (table_) {
    out_.write(table_->line(cells));
  } else {
    first_rows_.push_back(std::move(cells));
  }
}

void SqlWriter::start_table(bool more_to_come) {
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    columns.push_back({.title = names_[i],
                       .minimum = 8,
                       .keep = i,
                       .align_right = numbers_[i] && !first_rows_.empty()});
  }
  table_.emplace(std::move(columns), first_rows_, session_.terminal, more_to_come);
  out_.write(table_->header());
  for (const TableRow& row : first_rows_) out_.write(table_->line(row));
  first_rows_.clear();
}

void SqlWriter::end_table() {
  if (!table_) start_table(false);
  std::string left_out;
  for (const std::string_view title : table_->left_out()) {
    left_out += fmt::format("{}{}", left_out.empty() ? "" : ", ", title);
  }
  out_.finish();
  if (left_out.empty()) return;
  say(paint(fmt::format("no room for: {} (--format json shows all)", left_out), Color::dim,
            session_.terminal.color_error));
}

void SqlWriter::finish(const std::vector<std::string>& columns) {
  if (!started_) start(columns);
  if (format_ == Format::table && !columns.empty()) end_table();
  if (format_ == Format::json) out_.write("]}\n");
  out_.finish();
}

}  // namespace fnstore::query

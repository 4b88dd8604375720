#include "call_table.h"

#include "duration_text.h"
#include "harmless.h"
#include "relative_time.h"

#include <chrono>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

std::vector<TableColumn> columns(bool with_function) {
  std::vector<TableColumn> all{{.title = "ID", .minimum = 26, .keep = 0}};
  if (with_function) all.push_back({.title = "FN_ID", .minimum = 8, .keep = 2});
  all.push_back({.title = "STATUS", .minimum = 9, .keep = 1});
  all.push_back({.title = "CREATED_AT", .minimum = 24, .keep = 3});
  all.push_back({.title = "TIME", .minimum = 6, .keep = 4, .align_right = true});
  all.push_back({.title = "ERROR", .minimum = 6, .keep = 5, .hide_empty = true});
  all.push_back({.title = "TYPE", .minimum = 8, .keep = 6, .hide_empty = true});
  all.push_back({.title = "APP_ID", .minimum = 8, .keep = 7, .hide_empty = true});
  all.push_back({.title = "TRIGGER_ID", .minimum = 8, .keep = 8, .hide_empty = true});
  return all;
}

/// Without decimals, T and Z: for tables that are short of room.
std::string short_time(Timestamp time) {
  std::string text = format_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

}  // namespace

CallTable::CallTable(std::span<const Call> first, bool with_function, const Terminal& terminal,
                     bool more_to_come, std::optional<Timestamp> now)
    : with_function_(with_function),
      ascii_only_(!terminal.utf8),
      now_(now),
      table_(make_table(first, terminal, more_to_come)) {}

Table CallTable::make_table(std::span<const Call> first, const Terminal& terminal,
                            bool more_to_come) {
  for (const bool shorter : {false, true}) {
    short_times_ = shorter;
    std::vector<TableRow> rows;
    for (const Call& call : first) rows.push_back(row(call));
    std::vector<TableColumn> specification = columns(with_function_);
    std::size_t& time_columns = specification[with_function_ ? 3 : 2].minimum;
    if (shorter) time_columns = 19;
    if (now_) time_columns = 10;
    Table table(std::move(specification), rows, terminal, more_to_come);
    if (shorter || table.complete()) return table;
  }
  return Table({}, {}, terminal, false);
}

std::string CallTable::time_text(Timestamp time) const {
  if (now_) return relative_time(time, *now_);
  return short_times_ ? short_time(time) : format_rfc3339(time);
}

TableRow CallTable::row(const Call& call) const {
  const auto text = [&](std::string_view foreign) {
    return Cell{harmless_line(foreign, ascii_only_), Color::none};
  };
  TableRow row{text(call.id)};
  if (with_function_) row.push_back(text(call.fn_id));
  row.push_back({std::string{to_string(call.status)}, color_of(call.status)});
  row.push_back({call.created_at ? time_text(*call.created_at) : "", Color::none});
  row.push_back({run_time(call), Color::none});
  row.push_back(text(call.error));
  row.push_back({std::string{to_string(call.type)}, Color::none});
  row.push_back(text(call.app_id));
  row.push_back(text(call.trigger_id));
  return row;
}

std::string CallTable::line(const Call& call) const {
  return table_.line(row(call));
}

std::string CallTable::left_out() const {
  std::string names;
  for (const std::string_view title : table_.left_out()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", title);
  }
  return names;
}

Color color_of(Status status) {
  switch (status) {
    case Status::delayed:
      return Color::magenta;
    case Status::queued:
      return Color::blue;
    case Status::running:
      return Color::cyan;
    case Status::success:
      return Color::green;
    case Status::error:
      return Color::red;
    case Status::cancelled:
      return Color::yellow;
  }
  return Color::none;
}

std::string run_time(const Call& call) {
  if (!call.started_at || !call.completed_at) return "";
  return duration_text((*call.completed_at - *call.started_at).count());
}

}  // namespace fnstore::query

#include "call_lines.h"

#include "fnstore/json.h"

#include "call_csv.h"

namespace fnstore::query {

std::string CallLines::header(std::span<const Call> first, bool more_to_come) {
  if (format_ == Format::csv) return csv_header(CsvColumns::listing);
  if (format_ != Format::table) return "";
  table_.emplace(first, with_function_, session_.terminal, more_to_come, now_);
  return table_->header();
}

std::string CallLines::line(const Call& call) const {
  if (format_ == Format::csv) return csv_line({call, std::nullopt}, CsvColumns::listing);
  if (format_ == Format::table) return table_->line(call);
  return to_json(call) + "\n";
}

}  // namespace fnstore::query

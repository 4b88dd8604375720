#include "csv_table.h"

#include "fnstore/error.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace fnstore::bench {

CsvTable::CsvTable(std::string path) : path_(std::move(path)), file_(path_) {
  if (!file_) {
    const int reason = errno;
    throw Error(reason == ENOENT ? Errc::not_found : Errc::io,
                fmt::format("{}: cannot be opened: {}", path_, std::strerror(reason)));
  }
  if (!read_line()) fail("the file is empty; its first line must name the columns");
  split();
  for (const std::string_view field : fields_) {
    const std::string column_name(field);
    if (!columns_.emplace(column_name, header_.size()).second) {
      fail(fmt::format("column \"{}\" is named twice", column_name));
    }
    header_.push_back(column_name);
  }
}

std::size_t CsvTable::column(const std::string& name) const {
  const auto found = columns_.find(name);
  if (found == columns_.end()) {
    throw Error(Errc::invalid, fmt::format("{}:1: there is no column \"{}\"", path_, name));
  }
  return found->second;
}

bool CsvTable::next() {
  while (read_line()) {
    if (line_.empty()) continue;
    split();
    if (fields_.size() != header_.size()) {
      fail(fmt::format("{} fields, but the header has {}", fields_.size(), header_.size()));
    }
    return true;
  }
  return false;
}

std::string_view CsvTable::name(std::size_t column) const {
  if (fields_[column].empty()) fail(fmt::format("column \"{}\" is empty", header_[column]));
  return fields_[column];
}

std::uint32_t CsvTable::count(std::size_t column) const {
  const std::string_view field = fields_[column];
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) {
    fail(fmt::format("column \"{}\" is \"{}\", not a whole number from 0 to 4294967295",
                     header_[column], field));
  }
  return value;
}

double CsvTable::number(std::size_t column) const {
  const std::string_view field = fields_[column];
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size() || !std::isfinite(value) ||
      value < 0) {
    fail(fmt::format("column \"{}\" is \"{}\", not a number from 0", header_[column], field));
  }
  return value;
}

void CsvTable::fail(const std::string& what) const {
  throw Error(Errc::invalid, fmt::format("{}:{}: {}", path_, line_number_, what));
}

bool CsvTable::read_line() {
  if (!std::getline(file_, line_)) {
    if (file_.bad() || !file_.eof()) {
      throw Error(Errc::io, fmt::format("{}:{}: cannot be read", path_, line_number_ + 1));
    }
    return false;
  }
  ++line_number_;
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  return true;
}

void CsvTable::split() {
  fields_.clear();
  std::string_view rest = line_;
  for (;;) {
    const std::size_t comma = rest.find(',');
    fields_.push_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace fnstore::bench

#include "call_fields.h"
#include "command.h"
#include "csv_text.h"
#include "failure.h"

#include <CLI/CLI.hpp>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace fnstore::query {
namespace {

constexpr const char* info_footer =
    "Sizes are bytes; bytes_per_call is the file and its -wal divided by all calls.\n"
    "calls_by_status names all six states; oldest and newest are the least and the\n"
    "greatest created_at, left out when there is no call.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db info\n"
    "  fnstore-query --db history.db info --format table\n";

/// One value by its name; `is_text` values are quoted in JSON.
struct InfoEntry {
  std::string name;
  std::string value;  ///< empty: there is none; only csv, whose columns do not change, shows it
  bool is_text = false;
  std::string note;  ///< for people only
};

std::string status_name(std::size_t index) {
  return std::string{to_string(static_cast<Status>(index))};
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1'024) return "";
  double value = static_cast<double>(bytes) / 1'024;
  std::size_t unit = 0;
  while (value >= 1'024 && unit + 1 < units.size()) {
    value /= 1'024;
    ++unit;
  }
  return fmt::format(" ({:.1f} {})", value, units[unit]);
}

constexpr std::string_view by_status = "calls_by_status.";

std::vector<InfoEntry> entries(const StoreInfo& info) {
  std::vector<InfoEntry> all;
  const auto number = [&](std::string name, std::uint64_t value, std::string note = "") {
    all.push_back({std::move(name), fmt::format("{}", value), false, std::move(note)});
  };
  const auto time = [&](std::string name, const std::optional<Timestamp>& value) {
    all.push_back({std::move(name), value ? format_rfc3339(*value) : "", true, ""});
  };
  all.push_back({"schema_version", fmt::format("{}", info.schema_version), false, ""});
  all.push_back({"engine_version", info.engine_version, true, ""});
  number("file_bytes", info.file_bytes, human_bytes(info.file_bytes));
  number("wal_bytes", info.wal_bytes, human_bytes(info.wal_bytes));
  number("calls", info.calls);
  for (std::size_t i = 0; i < info.calls_by_status.size(); ++i) {
    number(std::string{by_status} + status_name(i), info.calls_by_status[i]);
  }
  number("functions", info.functions);
  time("oldest", info.oldest);
  time("newest", info.newest);
  const double rounded = std::round(info.bytes_per_call * 100) / 100;
  all.push_back({"bytes_per_call", fmt::format("{}", rounded), false, ""});
  return all;
}

/// The counts by status become one object, as they stand together.
std::string to_json(const std::vector<InfoEntry>& all) {
  std::string json = "{";
  bool nested = false;
  for (const InfoEntry& entry : all) {
    if (entry.value.empty()) continue;
    std::string name = entry.name;
    const bool nests = name.starts_with(by_status);
    if (nests) name.erase(0, by_status.size());
    if (nested && !nests) json += '}';
    if (json.size() > 1) json += ',';
    if (nests && !nested) json += "\"calls_by_status\":{";
    nested = nests;
    json += fmt::format("\"{}\":{}", name,
                        entry.is_text ? boost::json::serialize(entry.value) : entry.value);
  }
  return json += "}\n";
}

std::string to_csv(const std::vector<InfoEntry>& all) {
  std::vector<std::string_view> names;
  std::vector<std::string_view> values;
  for (const InfoEntry& entry : all) {
    names.push_back(entry.name);
    values.push_back(entry.value);
  }
  return csv_row(names) + csv_row(values);
}

std::string to_table(const std::vector<InfoEntry>& all, const Terminal& terminal) {
  std::vector<Field> fields;
  for (const InfoEntry& entry : all) {
    if (!entry.value.empty()) fields.push_back({entry.name, entry.value + entry.note});
  }
  return field_list(fields, terminal);
}

int write_info(const Session& session) {
  const std::vector<InfoEntry> all = entries(session.open_to_read().info());
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  switch (format) {
    case Format::json:
    case Format::jsonl:
      out.write(to_json(all));
      break;
    case Format::csv:
      out.write(to_csv(all));
      break;
    case Format::table:
      out.write(to_table(all, session.terminal));
      break;
  }
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_info(CLI::App& app) {
  app.footer(info_footer);
  return write_info;
}

}  // namespace fnstore::query

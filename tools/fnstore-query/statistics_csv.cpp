#include "csv_text.h"
#include "statistics_output.h"

#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace fnstore::query {
namespace {

using Row = std::vector<std::string>;

std::string csv_line(const Row& row) {
  const std::vector<std::string_view> fields(row.begin(), row.end());
  return csv_row(fields);
}

std::string number(double value, double scale) {
  return fmt::format("{}", std::round(value * scale) / scale);
}

/// The columns after the key.
Row titles() {
  Row row{"calls"};
  for (int i = 0; i < status_count; ++i) row.emplace_back(to_string(static_cast<Status>(i)));
  row.emplace_back("error_rate");
  for (const std::string_view what : {"run", "wait"}) {
    for (const std::string_view name : {"calls", "total", "mean", "p50", "p90", "p99", "max"}) {
      row.push_back(fmt::format("{}_{}{}", what, name, name == "calls" ? "" : "_ms"));
    }
  }
  return row;
}

void append(Row& row, const DurationSummary& duration) {
  row.push_back(fmt::format("{}", duration.calls));
  row.push_back(fmt::format("{}", duration.total));
  row.push_back(number(duration.mean, 1'000));
  for (const std::int64_t value : {duration.p50, duration.p90, duration.p99, duration.max}) {
    row.push_back(fmt::format("{}", value));
  }
}

void append(Row& row, const CallSummary& summary) {
  row.push_back(fmt::format("{}", summary.calls()));
  for (const std::uint64_t calls : summary.by_status) row.push_back(fmt::format("{}", calls));
  row.push_back(number(summary.error_rate(), 1e6));
  append(row, summary.run);
  append(row, summary.wait);
}

/// A row that only has calls and perhaps errors, filled up with empty fields.
std::string short_line(std::string section, std::string key, std::uint64_t calls,
                       std::string errors = "") {
  static const std::size_t columns = titles().size() + 2;
  Row row{std::move(section), std::move(key), fmt::format("{}", calls)};
  row.resize(columns);
  row[3 + static_cast<std::size_t>(Status::error)] = std::move(errors);
  return csv_line(row);
}

std::string summary_line(std::string section, const CallSummary& summary) {
  Row row{std::move(section), summary.key};
  append(row, summary);
  return csv_line(row);
}

}  // namespace

std::string groups_csv(std::span<const CallSummary> groups, GroupBy by) {
  Row header{std::string(key_name(by))};
  for (std::string& title : titles()) header.push_back(std::move(title));
  std::string csv = csv_line(header);
  for (const CallSummary& group : groups) {
    Row row{group.key};
    append(row, group);
    csv += csv_line(row);
  }
  return csv;
}

std::string statistics_csv(const Statistics& statistics, GroupBy by) {
  Row header{"section", "key"};
  for (std::string& title : titles()) header.push_back(std::move(title));
  std::string csv = csv_line(header);
  csv += summary_line("all", statistics.all);
  for (const CallSummary& group : statistics.groups) {
    csv += summary_line(std::string(key_name(by)), group);
  }
  for (const ErrorReason& reason : statistics.reasons) {
    csv += short_line("error", reason.text, reason.calls);
  }
  if (statistics.other_reasons > 0) csv += short_line("other_errors", "", statistics.other_reasons);
  for (const auto& [what, duration] :
       {std::pair("run_histogram_up_to_ms", &statistics.all.run),
        std::pair("wait_histogram_up_to_ms", &statistics.all.wait)}) {
    for (const DurationBucket& bucket : duration->histogram) {
      csv += short_line(what, fmt::format("{}", bucket.up_to), bucket.calls);
    }
  }
  for (const TimelinePoint& point : statistics.timeline) {
    csv += short_line("timeline", format_rfc3339(point.from), point.calls,
                      fmt::format("{}", point.errors));
  }
  return csv;
}

}  // namespace fnstore::query

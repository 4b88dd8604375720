#include "chart.h"
#include "duration_text.h"
#include "harmless.h"
#include "statistics_output.h"
#include "table.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace fnstore::query {
namespace {

constexpr std::size_t shown_reasons = 10;
constexpr std::size_t most_bar = 60;

std::string with_commas(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string percent(double rate) {
  if (rate == 0) return "0%";
  return rate < 0.001 ? fmt::format("{:.4f}%", 100 * rate) : fmt::format("{:.2f}%", 100 * rate);
}

/// Empty when no call has such a duration.
Cell duration_cell(const DurationSummary& summary, std::int64_t value) {
  return {summary.calls == 0 ? "" : duration_text(value), Color::none};
}

std::string lines(std::vector<TableColumn> columns, const std::vector<TableRow>& rows,
                  const Terminal& terminal) {
  const Table table(std::move(columns), rows, terminal, false);
  std::string out = table.header();
  for (const TableRow& row : rows) out += table.line(row);
  return out;
}

TableColumn right(std::string_view title, std::size_t keep) {
  return {.title = title, .minimum = 20, .keep = keep, .align_right = true};
}

std::string counts_table(const CallSummary& all, const Terminal& terminal) {
  std::vector<TableColumn> columns{right("CALLS", 0)};
  TableRow row{{with_commas(all.calls())}};
  constexpr std::array titles{"DELAYED", "QUEUED", "RUNNING", "SUCCESS", "ERROR", "CANCELLED"};
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const auto status = static_cast<Status>(i);
    if (all.count(status) == 0 && !is_finished(status)) continue;
    const bool failed = status == Status::error;
    columns.push_back(right(titles[i], failed ? 1 : 2 + i));
    const bool alarming = failed && all.count(status) > 0;
    row.push_back({with_commas(all.count(status)), alarming ? Color::red : Color::none});
    if (!failed) continue;
    columns.push_back(right("ERROR_RATE", 2));
    row.push_back({percent(all.error_rate())});
  }
  return lines(std::move(columns), {row}, terminal);
}

std::string durations_table(const CallSummary& all, const Terminal& terminal) {
  std::vector<TableRow> rows;
  for (const auto& [name, summary] : {std::pair("run", &all.run), std::pair("wait", &all.wait)}) {
    const auto mean = static_cast<std::int64_t>(summary->mean + 0.5);
    rows.push_back({{name, Color::bold},
                    {with_commas(summary->calls)},
                    duration_cell(*summary, mean),
                    duration_cell(*summary, summary->p50),
                    duration_cell(*summary, summary->p90),
                    duration_cell(*summary, summary->p99),
                    duration_cell(*summary, summary->max)});
  }
  return lines({{.title = "TIME", .minimum = 4, .keep = 0},
                right("CALLS", 6),
                right("MEAN", 5),
                right("P50", 1),
                right("P90", 4),
                right("P99", 2),
                right("MAX", 3)},
               rows, terminal);
}

std::string reasons_table(const Statistics& statistics, const Terminal& terminal) {
  if (statistics.reasons.empty()) return "";
  std::vector<TableRow> rows;
  std::uint64_t others = statistics.other_reasons;
  for (const ErrorReason& reason : statistics.reasons) {
    if (rows.size() == shown_reasons) {
      others += reason.calls;
      continue;
    }
    const std::string text = harmless_line(reason.text, !terminal.utf8);
    rows.push_back({{with_commas(reason.calls)}, {text.empty() ? "(none given)" : text}});
  }
  if (others > 0) rows.push_back({{with_commas(others)}, {"(others)", Color::dim}});
  return "\n" +
         lines({right("CALLS", 0), {.title = "ERROR", .minimum = 12, .keep = 1}}, rows, terminal);
}

std::string histogram_chart(const DurationSummary& duration, const Terminal& terminal) {
  if (duration.histogram.empty()) return "";
  std::size_t label_width = 0;
  std::size_t count_width = 0;
  std::uint64_t greatest = 0;
  for (const DurationBucket& bucket : duration.histogram) {
    label_width = std::max(label_width, duration_text(bucket.up_to).size());
    count_width = std::max(count_width, with_commas(bucket.calls).size());
    greatest = std::max(greatest, bucket.calls);
  }
  const std::size_t used = label_width + count_width + 7;
  const std::size_t room = terminal.columns > used ? terminal.columns - used : 0;
  std::string out = "\n" + paint("run time", Color::bold, terminal.color_output) + "\n";
  for (const DurationBucket& bucket : duration.histogram) {
    out += fmt::format("  <= {:>{}} {:>{}}", duration_text(bucket.up_to), label_width,
                       with_commas(bucket.calls), count_width);
    const std::string drawn = bar(bucket.calls, greatest, std::min(room, most_bar), terminal);
    if (!drawn.empty()) out += " " + paint(drawn, Color::cyan, terminal.color_output);
    out += '\n';
  }
  return out;
}

std::string timeline_chart(const Statistics& statistics, const Terminal& terminal) {
  if (statistics.timeline.empty()) return "";
  std::vector<std::uint64_t> calls;
  std::vector<std::uint64_t> errors;
  for (const TimelinePoint& point : statistics.timeline) {
    calls.push_back(point.calls);
    errors.push_back(point.errors);
  }
  const auto line = [&](std::string_view name, const std::vector<std::uint64_t>& values,
                        Color color) {
    return fmt::format("{:<7}{}\n", name,
                       paint(sparkline(values, terminal), color, terminal.color_output));
  };
  const std::uint64_t most = *std::ranges::max_element(calls);
  std::string from = format_rfc3339(statistics.timeline.front().from).substr(0, 16);
  from[10] = ' ';
  return fmt::format(
      "\n{}\n{}{}{}\n", paint(fmt::format("from {} UTC", from), Color::bold, terminal.color_output),
      line("calls", calls, Color::green), line("errors", errors, Color::red),
      fmt::format("each {}, at most {} call{}", duration_text(statistics.timeline_step.count()),
                  with_commas(most), most == 1 ? "" : "s"));
}

/// Hours and days are shown as short as they are: "2019-07-16 01:00", "2019-07-16".
std::string key_text(const CallSummary& group, GroupBy by, const Terminal& terminal) {
  if (by == GroupBy::day) return group.key.substr(0, 10);
  if (by == GroupBy::hour) return group.key.substr(0, 10) + " " + group.key.substr(11, 5);
  return harmless_line(group.key, !terminal.utf8);
}

std::string_view key_title(GroupBy by) {
  constexpr std::array<std::string_view, 6> titles{"", "FN_ID", "APP_ID", "TYPE", "HOUR", "DAY"};
  return titles[static_cast<std::size_t>(by)];
}

}  // namespace

std::string groups_table(std::span<const CallSummary> groups, GroupBy by,
                         const Terminal& terminal) {
  std::vector<TableRow> rows;
  for (const CallSummary& group : groups) {
    const bool failed = group.count(Status::error) > 0;
    rows.push_back({{key_text(group, by, terminal)},
                    {with_commas(group.calls())},
                    {with_commas(group.count(Status::error)), failed ? Color::red : Color::none},
                    {percent(group.error_rate())},
                    duration_cell(group.run, group.run.total),
                    duration_cell(group.run, group.run.p50),
                    duration_cell(group.run, group.run.p90),
                    duration_cell(group.run, group.run.p99),
                    duration_cell(group.run, group.run.max),
                    duration_cell(group.wait, group.wait.p50),
                    duration_cell(group.wait, group.wait.p99)});
  }
  const std::size_t least = by == GroupBy::hour ? 16 : 12;
  return lines({{.title = key_title(by), .minimum = least, .keep = 0},
                right("CALLS", 1),
                right("ERRORS", 2),
                right("RATE", 4),
                right("TIME", 6),
                right("P50", 5),
                right("P90", 8),
                right("P99", 3),
                right("MAX", 7),
                right("WAIT_P50", 10),
                right("WAIT_P99", 9)},
               rows, terminal);
}

std::string statistics_table(const Statistics& statistics, GroupBy by, const Terminal& terminal) {
  std::string out = counts_table(statistics.all, terminal) + "\n";
  out += durations_table(statistics.all, terminal);
  out += reasons_table(statistics, terminal);
  out += histogram_chart(statistics.all.run, terminal);
  out += timeline_chart(statistics, terminal);
  if (by != GroupBy::nothing) out += "\n" + groups_table(statistics.groups, by, terminal);
  return out;
}

}  // namespace fnstore::query

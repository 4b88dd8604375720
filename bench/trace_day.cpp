#include "trace_day.h"

#include "fnstore/error.h"

#include "csv_table.h"
#include "random.h"

#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace fnstore::bench {
namespace {

constexpr std::size_t max_minutes = 7 * 24 * 60;
constexpr double max_run_ms = 30.0 * 24 * 3600 * 1000;  ///< fits PlannedCall::run_ms
constexpr double max_memory_mb = 16.0 * 1024 * 1024;    ///< its bytes fit a sample's number
constexpr std::int64_t minute_ms = 60'000;

using FunctionKey = std::pair<std::string, std::string>;  ///< HashApp, HashFunction

Percentiles read_percentiles(const CsvTable& table, const std::vector<std::size_t>& columns,
                             std::vector<double> at) {
  std::vector<double> values;
  for (const std::size_t column : columns) values.push_back(table.number(column));
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] < values[i - 1]) table.fail("the percentiles fall, they must rise or stay");
  }
  return {std::move(at), std::move(values)};
}

std::map<FunctionKey, Percentiles> read_run_times(const std::string& path) {
  CsvTable table(path);
  const std::size_t function = table.column("HashFunction");
  const std::size_t app = table.column("HashApp");
  std::vector<std::size_t> columns;
  for (const int percent : {0, 1, 25, 50, 75, 99, 100}) {
    columns.push_back(table.column(fmt::format("percentile_Average_{}", percent)));
  }
  std::map<FunctionKey, Percentiles> run_times;
  while (table.next()) {
    FunctionKey key(table.name(app), table.name(function));
    Percentiles times = read_percentiles(table, columns, {0, 0.01, 0.25, 0.5, 0.75, 0.99, 1});
    if (times.maximum() > max_run_ms) table.fail("a run time of more than 30 days");
    if (!run_times.emplace(std::move(key), std::move(times)).second) {
      table.fail("this function of this app stands in the file already");
    }
  }
  return run_times;
}

std::map<std::string, Percentiles> read_memory(const std::string& path) {
  CsvTable table(path);
  const std::size_t app = table.column("HashApp");
  // The file has no minimum; the first percentile stands for everything below it.
  std::vector<std::size_t> columns{table.column("AverageAllocatedMb_pct1")};
  for (const int percent : {1, 5, 25, 50, 75, 95, 99, 100}) {
    columns.push_back(table.column(fmt::format("AverageAllocatedMb_pct{}", percent)));
  }
  std::map<std::string, Percentiles> memory;
  while (table.next()) {
    Percentiles megabytes =
        read_percentiles(table, columns, {0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1});
    if (megabytes.maximum() > max_memory_mb) table.fail("a memory of more than 16 TiB");
    if (!memory.emplace(table.name(app), std::move(megabytes)).second) {
      table.fail("this app stands in the file already");
    }
  }
  return memory;
}

std::vector<std::size_t> minute_columns(const CsvTable& table) {
  std::vector<std::size_t> columns{table.column("minute_1")};
  while (table.has_column(fmt::format("minute_{}", columns.size() + 1))) {
    columns.push_back(table.column(fmt::format("minute_{}", columns.size() + 1)));
  }
  if (columns.size() > max_minutes) table.fail("more minutes than a week has");
  return columns;
}

/// Makes every fn_id unique: where a HashFunction came up in two apps, all fn_ids get their app.
void make_names_unique(std::vector<TraceFunction>& functions) {
  std::set<std::string_view> names;
  for (const TraceFunction& function : functions) names.insert(function.fn_id);
  if (names.size() == functions.size()) return;
  names.clear();
  for (TraceFunction& function : functions) function.fn_id.insert(0, function.app_id + "/");
}

}  // namespace

TraceDay read_trace(const std::string& prefix) {
  CsvTable table(prefix + "_inv.csv");
  const auto run_times = read_run_times(prefix + "_run.csv");
  const auto memory = read_memory(prefix + "_mem.csv");
  const std::size_t name = table.column("HashFunction");
  const std::size_t app = table.column("HashApp");
  const std::vector<std::size_t> minutes = minute_columns(table);

  TraceDay day;
  std::set<FunctionKey> seen;
  while (table.next()) {
    const FunctionKey key(table.name(app), table.name(name));
    if (!seen.insert(key).second)
      table.fail("this function of this app stands in the file already");
    const auto run = run_times.find(key);
    if (run == run_times.end()) table.fail(prefix + "_run.csv has no row for this function");
    const auto used = memory.find(key.first);
    if (used == memory.end()) table.fail(prefix + "_mem.csv has no row for this app");
    TraceFunction function{key.second, key.first, {}, run->second, used->second, 0};
    function.calls_per_minute.reserve(minutes.size());
    for (const std::size_t minute : minutes) {
      function.calls_per_minute.push_back(table.count(minute));
      function.calls += function.calls_per_minute.back();
    }
    day.calls += function.calls;
    if (day.calls > max_planned_calls) {
      table.fail(fmt::format("more than {} calls up to here", max_planned_calls));
    }
    day.functions.push_back(std::move(function));
  }
  if (day.calls == 0) table.fail("the trace has no calls");
  make_names_unique(day.functions);
  return day;
}

CallPlan plan_trace(const TraceDay& day, Timestamp start, std::uint64_t seed) {
  CallPlan plan;
  plan.seed = seed;
  plan.machine = mix_bits(seed) >> 16;
  plan.calls.reserve(day.calls);
  for (const TraceFunction& function : day.functions) {
    const std::size_t index = plan.functions.size();
    plan.functions.push_back(
        {function.fn_id, function.app_id, planned_type(index), function.memory_mb});
    Random random(seed, index);
    std::int64_t minute_start = start.time_since_epoch().count();
    for (const std::uint32_t count : function.calls_per_minute) {
      for (std::uint32_t i = 0; i < count; ++i) {
        PlannedCall call;
        const double share = (i + random.unit()) / count;
        call.created_at = minute_start + static_cast<std::int64_t>(share * minute_ms);
        call.id_time = call.created_at;
        call.function = static_cast<std::uint32_t>(index);
        call.run_ms = static_cast<std::uint32_t>(std::lround(function.run_ms.value(random.unit())));
        call.wait_ms = static_cast<std::uint16_t>(1 + random.below(8));
        call.failure = planned_failure(random.bits());
        plan.calls.push_back(call);
      }
      minute_start += minute_ms;
    }
  }
  finish_plan(plan);
  return plan;
}

}  // namespace fnstore::bench

#include "workload.h"

#include "synthetic_day.h"
#include "trace_day.h"

#include <array>
#include <filesystem>

namespace fnstore::bench {

std::span<const WorkloadKind> workload_kinds() {
  static constexpr std::array kinds{
      WorkloadKind{"ingest", "finished calls in batches: speed, batch latency, size at rest",
                   &run_ingest},
      WorkloadKind{"page", "a page of 30: hot, rare, deep, and over all functions", &run_page},
      WorkloadKind{"range", "a page of 30 of a time range far back", &run_range},
      WorkloadKind{"replay", "the day of --trace: ingest, a full check, then page and range",
                   &run_replay},
  };
  return kinds;
}

CallPlan plan_calls(const Settings& settings) {
  if (settings.trace.empty()) {
    return plan_synthetic({settings.calls, settings.functions, settings.scatter, settings.seed});
  }
  return plan_trace(read_trace(settings.trace), settings.start, settings.seed);
}

Params recording_params(const Settings& settings, const CallPlan& plan) {
  Params params;
  if (!settings.trace.empty()) {
    params.emplace_back("trace", std::filesystem::path(settings.trace).filename().string());
    params.emplace_back("start", format_rfc3339(settings.start));
  }
  params.emplace_back("calls", std::uint64_t{plan.calls.size()});
  params.emplace_back("fns", std::uint64_t{plan.functions.size()});
  if (settings.trace.empty()) params.emplace_back("scatter", settings.scatter);
  params.emplace_back("stats", std::uint64_t{settings.stats});
  params.emplace_back("batch", std::uint64_t{settings.batch_size()});
  params.emplace_back("bulk", settings.bulk);
  params.emplace_back("durability", to_string(settings.durability));
  params.emplace_back("seed", settings.seed);
  return params;
}

}  // namespace fnstore::bench

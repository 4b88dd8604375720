#include "workload.h"

#include "synthetic_day.h"
#include "trace_day.h"

#include <array>
#include <filesystem>

namespace fnstore::bench {

std::span<const WorkloadKind> workload_kinds() {
  static constexpr std::array kinds{
      WorkloadKind{"admin", "statistics, errors and a prune, beside the same in SQL", &run_admin},
      WorkloadKind{"ingest", "finished calls in batches: speed, batch latency, size at rest",
                   &run_ingest},
      WorkloadKind{"invoke", "sync calls of an empty function, beside the bare function",
                   &run_invoke},
      WorkloadKind{"page", "a page of 30: hot, rare, deep, and over all functions", &run_page},
      WorkloadKind{"queue", "submit, run and record; a claim from a long queue; pick-up when idle",
                   &run_queue},
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
    params.text("trace", std::filesystem::path(settings.trace).filename().string())
        .text("start", format_rfc3339(settings.start));
  }
  params.number("calls", plan.calls.size()).number("fns", plan.functions.size());
  if (settings.trace.empty()) params.number("scatter", settings.scatter);
  return params.number("stats", settings.stats)
      .number("batch", settings.batch_size())
      .flag("bulk", settings.bulk)
      .text("durability", to_string(settings.durability))
      .number("seed", settings.seed);
}

}  // namespace fnstore::bench

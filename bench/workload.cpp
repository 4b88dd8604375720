#include "workload.h"

#include "machine_floor.h"
#include "synthetic_day.h"
#include "trace_day.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace fnstore::bench {
namespace {

constexpr std::size_t least_inserts = 100;

}  // namespace

std::span<const WorkloadKind> workload_kinds() {
  static constexpr std::array kinds{
      WorkloadKind{"admin", "statistics, errors and a prune, beside the same in SQL", &run_admin},
      WorkloadKind{"all-functions",
                   "a page of 30 over all functions: newest, deep, of a time range",
                   &run_all_functions},
      WorkloadKind{"filter", "a page of 30 of errors, of types and apps together, of nothing",
                   &run_filter},
      WorkloadKind{"group", "many threads that insert one call each at a time", &run_group},
      WorkloadKind{"ingest", "finished calls in batches: speed, batch latency, size at rest",
                   &run_ingest},
      WorkloadKind{"invoke", "sync calls of an empty function, beside the bare function",
                   &run_invoke},
      WorkloadKind{"mixed", "pages and inserts at once: idle, while packing, while pruning",
                   &run_mixed},
      WorkloadKind{"page", "a page of 30: hot, rare, deep, and over all functions", &run_page},
      WorkloadKind{"prune", "the oldest tenth and half: speed, and how the file shrinks",
                   &run_prune},
      WorkloadKind{"queue", "submit, run and record; a claim from a long queue; pick-up when idle",
                   &run_queue},
      WorkloadKind{"range", "a page of 30 of a time range far back", &run_range},
      WorkloadKind{"reopen", "a fresh process: time to its first page, memory after 10 000",
                   &run_reopen},
      WorkloadKind{"replay", "the day of --trace: ingest, a full check, then page and range",
                   &run_replay},
      WorkloadKind{"scale", "ingest, size, pages by depth and reopening at 1e5, 1e6, ... calls",
                   &run_scale},
      WorkloadKind{"stats", "counts and exact percentiles over everything", &run_stats},
  };
  return kinds;
}

CallPlan plan_calls(const Settings& settings) {
  if (settings.trace.empty()) {
    return plan_synthetic({settings.calls, settings.functions, settings.scatter, settings.seed});
  }
  return plan_trace(read_trace(settings.trace), settings.start, settings.seed);
}

std::vector<EngineKind> chosen_engines(const Settings& settings) {
  std::vector<std::string> names{settings.engine};
  names.insert(names.end(), settings.peers.begin(), settings.peers.end());
  std::vector<EngineKind> chosen;
  for (const std::string& name : names) {
    if (std::ranges::find(chosen, std::string_view(name), &EngineKind::name) != chosen.end()) {
      continue;
    }
    chosen.push_back(*std::ranges::find(engine_kinds(), std::string_view(name), &EngineKind::name));
  }
  return chosen;
}

std::size_t recorded_calls(const Settings& settings, const EngineKind& kind, std::size_t planned) {
  std::size_t calls = planned;
  if (kind.most_inserts != 0) {
    const auto bearable = static_cast<std::size_t>(fdatasync_per_second(settings.folder));
    calls = std::min(calls, std::clamp(bearable, least_inserts, kind.most_inserts));
  }
  if (kind.name != settings.engine && settings.peer_calls) {
    calls = std::min<std::size_t>(calls, *settings.peer_calls);
  }
  return calls;
}

Params plan_params(const Settings& settings, const CallPlan& plan) {
  Params params;
  if (!settings.trace.empty()) {
    params.text("trace", std::filesystem::path(settings.trace).filename().string());
  }
  params.number("calls", plan.calls.size()).number("fns", plan.functions.size());
  if (settings.trace.empty()) params.number("scatter", settings.scatter);
  return params.number("stats", settings.stats)
      .text("durability", to_string(settings.durability))
      .number("seed", settings.seed);
}

Params recording_params(const Settings& settings, const CallPlan& plan, std::size_t calls) {
  Params params;
  if (!settings.trace.empty()) {
    params.text("trace", std::filesystem::path(settings.trace).filename().string())
        .text("start", format_rfc3339(settings.start));
  }
  params.number("calls", calls).number("fns", plan.functions.size());
  if (settings.trace.empty()) params.number("scatter", settings.scatter);
  return params.number("stats", settings.stats)
      .number("batch", settings.batch_size())
      .flag("bulk", settings.bulk)
      .text("durability", to_string(settings.durability))
      .number("seed", settings.seed);
}

}  // namespace fnstore::bench

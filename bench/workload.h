#pragma once

#include "call_plan.h"
#include "engine.h"
#include "result_line.h"
#include "settings.h"

#include <span>
#include <string_view>
#include <vector>

namespace fnstore::bench {

struct WorkloadKind {
  std::string_view name;
  std::string_view about;
  /// `engines` are the ones to measure, the first of which is the one the others are beside.
  void (*run)(const Settings& settings, std::span<const EngineKind> engines);  ///< throws Error
};

/// Every workload this program knows.
std::span<const WorkloadKind> workload_kinds();

void run_admin(const Settings& settings, std::span<const EngineKind> engines);
void run_all_functions(const Settings& settings, std::span<const EngineKind> engines);
void run_filter(const Settings& settings, std::span<const EngineKind> engines);
void run_group(const Settings& settings, std::span<const EngineKind> engines);
void run_ingest(const Settings& settings, std::span<const EngineKind> engines);
void run_invoke(const Settings& settings, std::span<const EngineKind> engines);
void run_mixed(const Settings& settings, std::span<const EngineKind> engines);
void run_page(const Settings& settings, std::span<const EngineKind> engines);
void run_prune(const Settings& settings, std::span<const EngineKind> engines);
void run_queue(const Settings& settings, std::span<const EngineKind> engines);
void run_range(const Settings& settings, std::span<const EngineKind> engines);
void run_reopen(const Settings& settings, std::span<const EngineKind> engines);
void run_replay(const Settings& settings, std::span<const EngineKind> engines);
void run_scale(const Settings& settings, std::span<const EngineKind> engines);
void run_stats(const Settings& settings, std::span<const EngineKind> engines);

/// --engine and then each --peer.
std::vector<EngineKind> chosen_engines(const Settings& settings);

/// How many of so many calls this engine records in a run that is timed. One that makes several
/// fdatasyncs a call records as many as this disk makes fdatasyncs a second, or its most_inserts.
std::size_t recorded_calls(const Settings& settings, const EngineKind& kind, std::size_t planned);

/// The calls the settings ask for: a trace's, or made-up ones.
CallPlan plan_calls(const Settings& settings);

/// What the calls of `plan` were and how they are recorded.
Params recording_params(const Settings& settings, const CallPlan& plan, std::size_t calls);

/// Only what the calls were, for workloads that have their own way to record them.
Params plan_params(const Settings& settings, const CallPlan& plan);

}  // namespace fnstore::bench

#pragma once

#include "call_plan.h"
#include "engine.h"
#include "result_line.h"
#include "settings.h"

#include <span>
#include <string_view>

namespace fnstore::bench {

struct WorkloadKind {
  std::string_view name;
  std::string_view about;
  void (*run)(const Settings& settings, const EngineKind& engine);  ///< throws Error
};

/// Every workload this program knows.
std::span<const WorkloadKind> workload_kinds();

void run_admin(const Settings& settings, const EngineKind& engine);
void run_ingest(const Settings& settings, const EngineKind& engine);
void run_replay(const Settings& settings, const EngineKind& engine);
void run_page(const Settings& settings, const EngineKind& engine);
void run_invoke(const Settings& settings, const EngineKind& engine);
void run_queue(const Settings& settings, const EngineKind& engine);
void run_range(const Settings& settings, const EngineKind& engine);

/// The calls the settings ask for: a trace's, or made-up ones.
CallPlan plan_calls(const Settings& settings);

/// What the calls of `plan` were and how they are recorded.
Params recording_params(const Settings& settings, const CallPlan& plan);

}  // namespace fnstore::bench

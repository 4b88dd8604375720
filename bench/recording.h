#pragma once

#include "call_plan.h"
#include "engine.h"
#include "report.h"
#include "settings.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace fnstore::bench {

/// Fills a history that is only made to be read, with Engine::load and a flush; the seconds that
/// those took. Loads --batch calls at a time, or Settings::bulk_batch.
double load_calls(Engine& engine, const CallPlan& plan, const Settings& settings);

/// Records a plan into engines, run after run, and keeps the figures.
class Recording {
 public:
  /// Of the plan only the first `calls`.
  Recording(const Settings& settings, const CallPlan& plan, std::size_t calls)
      : settings_(settings), planned_(std::span(plan.calls).first(calls)), plan_(plan) {}

  /// Inserts every call. Calls are made outside of the timed sections, some 65 536 at a time.
  void insert_all(Engine& engine);

  /// Brings the history to rest, closes it and looks at its size.
  void settle(std::unique_ptr<Engine> engine, const std::string& path);

  /// calls_per_s: insert and flush alone; wall_calls_per_s: with the making of the calls, during
  /// which an engine's own threads may go on; cpu_us_per_call: of all threads, during the inserts,
  /// which a busy machine does not falsify as it does the others; settle_s: what was left to do
  /// after the last insert.
  void report(const Report& report) const;

 private:
  const Settings& settings_;
  std::span<const PlannedCall> planned_;
  const CallPlan& plan_;
  std::vector<double> calls_per_s_;
  std::vector<double> wall_calls_per_s_;
  std::vector<double> cpu_us_per_call_;
  std::vector<double> p50_us_;
  std::vector<double> p99_us_;
  std::vector<double> max_us_;
  std::vector<double> settle_s_;
  std::vector<double> bytes_per_call_;
};

}  // namespace fnstore::bench

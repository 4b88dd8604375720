#include "bytes_on_disk.h"
#include "fresh_history.h"
#include "measure_pages.h"
#include "page_cases.h"
#include "recording.h"
#include "rehearsal.h"
#include "reopening.h"
#include "scratch_folder.h"
#include "workload.h"

#include <chrono>
#include <memory>
#include <vector>

namespace fnstore::bench {
namespace {

constexpr std::uint64_t least_size = 100'000;
constexpr std::uint64_t most_built_often = 1'000'000;  ///< larger ones are built once

/// One engine at one size.
class Scaled {
 public:
  Scaled(const Settings& settings, const EngineKind& kind) : settings_(settings), kind_(kind) {}

  void build(const CallPlan& plan) {
    fresh_ = std::make_unique<FreshHistory>(settings_);
    auto engine = open();
    calls_per_s_.push_back(static_cast<double>(plan.calls.size()) /
                           load_calls(*engine, plan, settings_));
    const auto begin = std::chrono::steady_clock::now();
    engine->settle();
    engine.reset();
    const std::chrono::duration<double> settled = std::chrono::steady_clock::now() - begin;
    settle_s_.push_back(settled.count());
    bytes_per_call_.push_back(static_cast<double>(bytes_on_disk(fresh_->path())) /
                              static_cast<double>(plan.calls.size()));
  }

  void reopen(const std::string& requests) {
    reopening_.take(serve_in_fresh_process(settings_, kind_, fresh_->path(), requests));
  }

  std::unique_ptr<Engine> open() const {
    return kind_.open(fresh_->path(), {.durability = settings_.durability});
  }

  void report(const Report& report) const {
    report.add("calls_per_s", "calls/s", calls_per_s_);
    report.add("bytes_per_call", "bytes", bytes_per_call_);
    report.add("settle_s", "s", settle_s_);
    reopening_.report(report, Params().text("cache", "warm").number("pages", served_pages));
  }

  std::string_view name() const { return kind_.name; }

 private:
  const Settings& settings_;
  const EngineKind& kind_;
  std::unique_ptr<FreshHistory> fresh_;
  std::vector<double> calls_per_s_;
  std::vector<double> settle_s_;
  std::vector<double> bytes_per_call_;
  Reopening reopening_;
};

void measure_size(const Settings& settings, std::span<const EngineKind> engines) {
  const CallPlan plan = plan_calls(settings);
  const Params params = recording_params(settings, plan, plan.calls.size());
  std::vector<Scaled> all;
  for (const EngineKind& kind : engines) all.emplace_back(settings, kind);
  const std::size_t builds = settings.calls > most_built_often ? 1 : settings.runs;
  for (std::size_t run = 0; run < builds; ++run) {
    for (Scaled& engine : all) engine.build(plan);
  }
  const HistoryMarks history = marks_of_plan(plan);
  const ScratchFolder scratch(settings.folder);
  const std::string requests = scratch.file("requests");
  write_requests(history, settings, requests);
  for (std::size_t run = 0; run < settings.runs; ++run) {
    for (Scaled& engine : all) engine.reopen(requests);
  }
  std::vector<std::unique_ptr<Engine>> open;
  std::vector<PageWay> ways;
  for (const Scaled& engine : all) {
    const Report report(settings, engine.name(), params);
    engine.report(report);
    open.push_back(engine.open());
    for (PageWay& way : page_ways(engine.name(), *open.back(), report)) {
      ways.push_back(std::move(way));
    }
  }
  measure_pages(ways, history, settings, depth_cases(), Params().text("state", "settled"));
}

}  // namespace

void run_scale(const Settings& settings, std::span<const EngineKind> engines) {
  Settings sized = settings;
  sized.db.clear();
  sized.bulk = true;
  for (std::uint64_t size = std::min(least_size, settings.calls);; size *= 10) {
    sized.calls = std::min(size, settings.calls);
    sized.functions = std::min(settings.functions, sized.calls);
    if (size <= least_size && engines.size() > 1) rehearse(sized, engines, plan_calls(sized));
    measure_size(sized, engines);
    if (size >= settings.calls) return;
  }
}

}  // namespace fnstore::bench

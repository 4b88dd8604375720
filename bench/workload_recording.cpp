#include "check_history.h"
#include "fresh_history.h"
#include "history_marks.h"
#include "machine_floor.h"
#include "measure_pages.h"
#include "page_cases.h"
#include "recording.h"
#include "rehearsal.h"
#include "workload.h"

#include <memory>
#include <vector>

namespace fnstore::bench {
namespace {

/// What one engine records, and how it did.
class Contender {
 public:
  Contender(const Settings& settings, const EngineKind& kind, const CallPlan& plan)
      : settings_(settings),
        kind_(kind),
        plan_(plan),
        calls_(recorded_calls(settings, kind, plan.calls.size())),
        recording_(settings, plan, calls_),
        report_(settings, kind.name, recording_params(settings, plan, calls_)) {}

  /// In a fresh place, which stays until the next run.
  void record(bool last, const HistoryMarks* live_pages) {
    fresh_ = std::make_unique<FreshHistory>(settings_);
    auto engine = open();
    recording_.insert_all(*engine);
    if (live_pages != nullptr && records_all()) {
      const auto ways = page_ways(kind_.name, *engine, report_);
      measure_pages(ways, *live_pages, settings_, page_cases(),
                    Params().text("state", "live").text("query", "page"));
    }
    recording_.settle(std::move(engine), fresh_->path());
    if (settings_.verify) check(*open());
    if (last && kind_.name == settings_.engine) fresh_->keep();
  }

  CheckedHistory check(const Engine& engine) const {
    if (records_all()) return check_history(engine, plan_, settings_.stats);
    return check_history(engine, first_calls(plan_, calls_), settings_.stats);
  }

  void report_recording() const { recording_.report(report_); }

  bool records_all() const { return calls_ == plan_.calls.size(); }
  const EngineKind& kind() const { return kind_; }
  const Report& report() const { return report_; }
  std::unique_ptr<Engine> open() const {
    return kind_.open(fresh_->path(), {.durability = settings_.durability});
  }

 private:
  const Settings& settings_;
  const EngineKind& kind_;
  const CallPlan& plan_;
  std::size_t calls_;
  Recording recording_;
  Report report_;
  std::unique_ptr<FreshHistory> fresh_;
};

std::vector<Contender> contenders(const Settings& settings, std::span<const EngineKind> engines,
                                  const CallPlan& plan) {
  std::vector<Contender> all;
  for (const EngineKind& kind : engines) all.emplace_back(settings, kind, plan);
  return all;
}

/// Run by run, the engines one after the other in each.
void record_in_turns(const Settings& settings, std::span<Contender> engines,
                     const HistoryMarks* live_pages) {
  MachineFigures machine;
  for (std::size_t run = 1; run <= settings.runs; ++run) {
    const bool last = run == settings.runs;
    machine.take_all(settings.folder);
    for (Contender& engine : engines) engine.record(last, last ? live_pages : nullptr);
  }
  for (const Contender& engine : engines) engine.report_recording();
  machine.report(engines.front().report());
}

}  // namespace

void run_ingest(const Settings& settings, std::span<const EngineKind> engines) {
  const CallPlan plan = plan_calls(settings);
  if (engines.size() > 1) rehearse(settings, engines, plan);
  std::vector<Contender> all = contenders(settings, engines, plan);
  record_in_turns(settings, all, nullptr);
}

/// After the recording: the check of every call, which goes first and warms the history, and then
/// the pages of those that recorded all.
void run_replay(const Settings& settings, std::span<const EngineKind> engines) {
  const CallPlan plan = plan_calls(settings);
  const HistoryMarks history = marks_of_plan(plan);
  if (engines.size() > 1) rehearse(settings, engines, plan);
  std::vector<Contender> all = contenders(settings, engines, plan);
  record_in_turns(settings, all, &history);
  std::vector<std::unique_ptr<Engine>> opened;
  std::vector<PageWay> ways;
  for (const Contender& engine : all) {
    opened.push_back(engine.open());
    const CheckedHistory checked = engine.check(*opened.back());
    engine.report().add("verified_calls", "calls", {static_cast<double>(checked.calls)});
    engine.report().add("walk_calls_per_s", "calls/s",
                        {static_cast<double>(checked.calls) / checked.list_s});
    if (!engine.records_all()) continue;
    for (PageWay& way : page_ways(engine.kind().name, *opened.back(), engine.report())) {
      ways.push_back(std::move(way));
    }
  }
  const Params settled = Params().text("state", "settled");
  measure_pages(ways, history, settings, page_cases(), settled + Params().text("query", "page"));
  measure_pages(ways, history, settings, range_cases(), settled + Params().text("query", "range"));
}

}  // namespace fnstore::bench

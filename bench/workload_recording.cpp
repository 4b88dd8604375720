#include "check_history.h"
#include "fresh_history.h"
#include "history_marks.h"
#include "machine_floor.h"
#include "measure_pages.h"
#include "page_cases.h"
#include "recording.h"
#include "workload.h"

#include <memory>
#include <vector>

namespace fnstore::bench {
namespace {

void report_machine(const Report& report, std::vector<double> fdatasyncs) {
  report.add_machine("fdatasync_per_s", "1/s", std::move(fdatasyncs),
                     Params().number("bytes", floor_block_bytes));
}

/// Pages of the settled history, and the check of all of it, which goes first and warms it.
void read_replayed(const Settings& settings, const EngineKind& kind, const std::string& path,
                   const CallPlan& plan, const HistoryMarks& history, const Report& report) {
  const auto engine = kind.open(path, settings.durability);
  const CheckedHistory checked = check_history(*engine, plan, settings.stats);
  report.add("verified_calls", "calls", {static_cast<double>(checked.calls)});
  report.add("walk_calls_per_s", "calls/s", {static_cast<double>(checked.calls) / checked.list_s});
  measure_pages(*engine, history, settings, page_cases(), report,
                Params().text("state", "settled").text("query", "page"));
  measure_pages(*engine, history, settings, range_cases(), report,
                Params().text("state", "settled").text("query", "range"));
}

}  // namespace

void run_ingest(const Settings& settings, const EngineKind& kind) {
  const CallPlan plan = plan_calls(settings);
  const Report report(settings, recording_params(settings, plan));
  Recording recording(settings, plan);
  std::vector<double> fdatasyncs;
  for (std::size_t run = 1; run <= settings.runs; ++run) {
    FreshHistory fresh(settings);
    fdatasyncs.push_back(fdatasync_per_second(settings.folder));
    auto engine = kind.open(fresh.path(), settings.durability);
    recording.insert_all(*engine);
    recording.settle(std::move(engine), fresh.path());
    if (settings.verify) {
      check_history(*kind.open(fresh.path(), settings.durability), plan, settings.stats);
    }
    if (run == settings.runs) fresh.keep();
  }
  recording.report(report);
  report_machine(report, std::move(fdatasyncs));
}

void run_replay(const Settings& settings, const EngineKind& kind) {
  const CallPlan plan = plan_calls(settings);
  const HistoryMarks history = marks_of_plan(plan);
  const Report report(settings, recording_params(settings, plan));
  Recording recording(settings, plan);
  std::vector<double> fdatasyncs;
  for (std::size_t run = 1; run <= settings.runs; ++run) {
    const bool last = run == settings.runs;
    FreshHistory fresh(settings);
    fdatasyncs.push_back(fdatasync_per_second(settings.folder));
    auto engine = kind.open(fresh.path(), settings.durability);
    recording.insert_all(*engine);
    if (last) {
      const Params live = Params().text("state", "live").text("query", "page");
      measure_pages(*engine, history, settings, page_cases(), report, live);
    }
    recording.settle(std::move(engine), fresh.path());
    if (settings.verify && !last) {
      check_history(*kind.open(fresh.path(), settings.durability), plan, settings.stats);
    }
    if (!last) continue;
    fresh.keep();
    recording.report(report);
    report_machine(report, std::move(fdatasyncs));
    read_replayed(settings, kind, fresh.path(), plan, history, report);
  }
}

}  // namespace fnstore::bench

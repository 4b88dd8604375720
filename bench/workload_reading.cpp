#include "fnstore/error.h"

#include "fresh_history.h"
#include "history_marks.h"
#include "machine_floor.h"
#include "measure_pages.h"
#include "page_cases.h"
#include "recording.h"
#include "workload.h"

#include <filesystem>
#include <memory>

namespace fnstore::bench {
namespace {

void measure(const Settings& settings, const EngineKind& kind, const std::string& path,
             const HistoryMarks& history, std::span<const PageCase> cases, Params params) {
  const auto engine = kind.open(path, settings.durability);
  const Report report(settings, std::move(params));
  measure_pages(*engine, history, settings, cases, report, Params().text("state", "settled"));
  report.add_machine("fdatasync_per_s", "1/s", {fdatasync_per_second(settings.folder)},
                     Params().number("bytes", floor_block_bytes));
}

/// Reads a history that is there, whatever made it.
void read_existing(const Settings& settings, const EngineKind& kind,
                   std::span<const PageCase> cases) {
  Params params;
  params.text("db", std::filesystem::path(settings.db).filename().string());
  HistoryMarks history;
  {
    const auto engine = kind.open(settings.db, settings.durability);
    history = marks_of_engine(*engine);
    if (history.empty()) throw Error(Errc::invalid, settings.db + ": there are no calls to read");
    const Engine::Counts counts = engine->count();
    params.number("calls", counts.calls).number("fns", counts.functions);
  }
  params.number("seed", settings.seed);
  measure(settings, kind, settings.db, history, cases, std::move(params));
}

void read_fresh(const Settings& settings, const EngineKind& kind, std::span<const PageCase> cases) {
  const CallPlan plan = plan_calls(settings);
  FreshHistory fresh(settings);
  Recording recording(settings, plan);
  auto engine = kind.open(fresh.path(), settings.durability);
  recording.insert_all(*engine);
  recording.settle(std::move(engine), fresh.path());
  fresh.keep();
  measure(settings, kind, fresh.path(), marks_of_plan(plan), cases,
          recording_params(settings, plan));
}

void read(const Settings& settings, const EngineKind& kind, std::span<const PageCase> cases) {
  if (!settings.db.empty() && std::filesystem::exists(settings.db)) {
    read_existing(settings, kind, cases);
    return;
  }
  Settings filled = settings;
  filled.bulk = settings.bulk || !settings.batch;
  read_fresh(filled, kind, cases);
}

}  // namespace

void run_page(const Settings& settings, const EngineKind& kind) {
  read(settings, kind, page_cases());
}

void run_range(const Settings& settings, const EngineKind& kind) {
  read(settings, kind, range_cases());
}

}  // namespace fnstore::bench

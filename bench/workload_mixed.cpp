#include "fnstore/error.h"

#include "fresh_history.h"
#include "mixed_load.h"
#include "recording.h"
#include "rehearsal.h"
#include "report.h"
#include "workload.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <thread>
#include <vector>

namespace fnstore::bench {
namespace {

/// idle: readers alone; writing: a writer too, but nothing is packed meanwhile, which is what the
/// two others are held against; packing: as an engine is used; pruning: the oldest half goes.
enum State : std::size_t { idle, writing, packing, pruning };
constexpr std::array<const char*, 4> state_names{"idle", "writing", "packing", "pruning"};

struct StateFigures {
  std::vector<double> page_p50, page_p99, page_p999;
  std::vector<double> insert_p50, insert_p99, insert_max, calls_per_s, p99_ratio;

  void take(MixedTimes times, double usual_p99) {
    if (times.page_us.empty()) throw Error(Errc::io, "no page was read; give more --seconds");
    page_p50.push_back(quantile(times.page_us, 0.5));
    page_p99.push_back(quantile(times.page_us, 0.99));
    page_p999.push_back(quantile(times.page_us, 0.999));
    if (times.insert_us.empty()) return;
    insert_p50.push_back(quantile(times.insert_us, 0.5));
    insert_p99.push_back(quantile(times.insert_us, 0.99));
    insert_max.push_back(quantile(times.insert_us, 1));
    calls_per_s.push_back(static_cast<double>(times.inserted) / times.seconds);
    if (usual_p99 > 0) p99_ratio.push_back(insert_p99.back() / usual_p99);
  }

  void print(const Report& report, const char* state) const {
    const Params during = Params().text("while", state);
    const Params page = during + Params().text("case", "page").text("api", "list");
    const Params insert = during + Params().text("case", "insert");
    report.add("p50_us", "us", page_p50, page);
    report.add("p99_us", "us", page_p99, page);
    report.add("p999_us", "us", page_p999, page);
    if (insert_p50.empty()) return;
    report.add("p50_us", "us", insert_p50, insert);
    report.add("p99_us", "us", insert_p99, insert);
    report.add("max_us", "us", insert_max, insert);
    report.add("calls_per_s", "calls/s", calls_per_s, during);
    if (!p99_ratio.empty()) report.add("p99_ratio", "ratio", p99_ratio, insert);
  }
};

std::size_t batch_of(const Settings& settings, const EngineKind& kind) {
  return kind.atomic_batches ? settings.batch_size() : 1;
}

using MixedFigures = std::array<StateFigures, state_names.size()>;

class MixedRun {
 public:
  MixedRun(const Settings& settings, const EngineKind& kind, const CallPlan& plan,
           const HistoryMarks& history)
      : settings_(settings),
        kind_(kind),
        history_(history),
        fresh_(settings),
        source_(plan, settings.stats),
        calls_(plan.calls.size()) {
    const auto engine = open(true);
    load_calls(*engine, plan, settings);
    engine->settle();
  }

  void take(Timestamp prune_before, MixedFigures& figures) {
    const auto wait = [this] {
      std::this_thread::sleep_for(std::chrono::duration<double>(settings_.seconds));
    };
    auto engine = open(true);
    figures[idle].take(run_mixed(*engine, history_, settings_, nullptr, 0, wait), 0);
    engine.reset();
    engine = open(false);
    figures[writing].take(write_meanwhile(*engine, wait), 0);
    const double usual_p99 = figures[writing].insert_p99.back();
    engine.reset();
    engine = open(true);
    engine->settle();
    figures[packing].take(write_meanwhile(*engine, wait), usual_p99);
    engine->settle();
    figures[pruning].take(write_meanwhile(*engine, [&] { calls_ -= engine->prune(prune_before); }),
                          usual_p99);
    engine->flush();
    if (engine->count().calls != calls_) {
      throw Error(Errc::corrupt, fmt::format("{} counts {} calls, and there should be {}",
                                             kind_.name, engine->count().calls, calls_));
    }
  }

 private:
  std::unique_ptr<Engine> open(bool background_work) const {
    return kind_.open(fresh_.path(), {settings_.durability, background_work});
  }

  MixedTimes write_meanwhile(Engine& engine, const std::function<void()>& work) {
    MixedTimes times =
        run_mixed(engine, history_, settings_, &source_, batch_of(settings_, kind_), work);
    calls_ += times.inserted;
    return times;
  }

  const Settings& settings_;
  const EngineKind& kind_;
  const HistoryMarks& history_;
  FreshHistory fresh_;
  PlanContinuation source_;
  std::uint64_t calls_;
};

Timestamp middle_of(const CallPlan& plan) {
  std::vector<std::int64_t> times;
  times.reserve(plan.calls.size());
  for (const PlannedCall& call : plan.calls) times.push_back(call.created_at);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return Timestamp{std::chrono::milliseconds{*middle}};
}

}  // namespace

void run_mixed(const Settings& settings, std::span<const EngineKind> engines) {
  const CallPlan plan = plan_calls(settings);
  if (engines.size() > 1) rehearse(settings, engines, plan);
  const HistoryMarks history = marks_of_plan(plan);
  const Timestamp middle = middle_of(plan);
  std::vector<MixedFigures> figures(engines.size());
  for (std::size_t run = 0; run < settings.runs; ++run) {
    for (std::size_t i = 0; i < engines.size(); ++i) {
      MixedRun(settings, engines[i], plan, history).take(middle, figures[i]);
    }
  }
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const Report report(
        settings, engines[i].name,
        plan_params(settings, plan) + Params()
                                          .number("batch", batch_of(settings, engines[i]))
                                          .number("readers", settings.readers)
                                          .real("seconds", settings.seconds));
    for (std::size_t state = 0; state < state_names.size(); ++state) {
      figures[i][state].print(report, state_names[state]);
    }
  }
}

}  // namespace fnstore::bench

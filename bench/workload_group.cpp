#include "fnstore/error.h"

#include "fresh_history.h"
#include "machine_floor.h"
#include "rehearsal.h"
#include "report.h"
#include "stopwatch.h"
#include "workload.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <future>
#include <vector>

namespace fnstore::bench {
namespace {

/// One thread's inserts, in microseconds, until time or calls are over.
std::vector<double> insert_alone(Engine& engine, const CallPlan& plan, const Settings& settings,
                                 std::atomic<std::size_t>& next, const Stopwatch& watch) {
  std::vector<double> took_us;
  Call call;
  while (watch.seconds() < settings.seconds) {
    const std::size_t index = next++;
    if (index >= plan.calls.size()) break;
    make_call(plan, plan.calls[index], settings.stats, call);
    const Stopwatch insert_watch;
    engine.insert({&call, 1});
    took_us.push_back(insert_watch.microseconds());
  }
  return took_us;
}

struct GroupFigures {
  std::vector<double> calls_per_s, per_fsync, p50_us, p99_us, max_us;

  void take(const Settings& settings, const EngineKind& kind, const CallPlan& plan,
            double fdatasyncs) {
    FreshHistory fresh(settings);
    const auto engine = kind.open(fresh.path(), {.durability = settings.durability});
    std::atomic<std::size_t> next{0};
    const Stopwatch watch;
    std::vector<std::future<std::vector<double>>> threads;
    for (std::size_t i = 0; i < settings.threads; ++i) {
      threads.push_back(std::async(
          std::launch::async, [&] { return insert_alone(*engine, plan, settings, next, watch); }));
    }
    std::vector<double> took_us;
    for (auto& thread : threads) {
      const std::vector<double> some = thread.get();
      took_us.insert(took_us.end(), some.begin(), some.end());
    }
    engine->flush();
    const double elapsed = watch.seconds();
    if (engine->count().calls != took_us.size()) {
      throw Error(Errc::corrupt, fmt::format("{}: {} calls were recorded, and it counts {}",
                                             kind.name, took_us.size(), engine->count().calls));
    }
    calls_per_s.push_back(static_cast<double>(took_us.size()) / elapsed);
    per_fsync.push_back(calls_per_s.back() / fdatasyncs);
    p50_us.push_back(quantile(took_us, 0.5));
    p99_us.push_back(quantile(took_us, 0.99));
    max_us.push_back(quantile(took_us, 1));
  }

  void print(const Report& report) const {
    const Params insert = Params().text("case", "insert");
    report.add("calls_per_s", "calls/s", calls_per_s);
    report.add("per_fsync", "ratio", per_fsync);
    report.add("p50_us", "us", p50_us, insert);
    report.add("p99_us", "us", p99_us, insert);
    report.add("max_us", "us", max_us, insert);
  }
};

}  // namespace

void run_group(const Settings& settings, std::span<const EngineKind> engines) {
  const CallPlan plan = plan_calls(settings);
  if (engines.size() > 1) rehearse(settings, engines, plan);
  std::vector<GroupFigures> figures(engines.size());
  MachineFigures machine;
  for (std::size_t run = 0; run < settings.runs; ++run) {
    const double fdatasyncs = machine.take_fdatasync(settings.folder);
    for (std::size_t i = 0; i < engines.size(); ++i) {
      figures[i].take(settings, engines[i], plan, fdatasyncs);
    }
  }
  const Params params =
      plan_params(settings, plan) +
      Params().number("threads", settings.threads).real("seconds", settings.seconds);
  for (std::size_t i = 0; i < engines.size(); ++i) {
    figures[i].print(Report(settings, engines[i].name, params));
  }
  machine.report(Report(settings, params));
}

}  // namespace fnstore::bench

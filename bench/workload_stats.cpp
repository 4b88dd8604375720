#include "fnstore/error.h"

#include "loaded_histories.h"
#include "machine_floor.h"
#include "workload.h"

#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <vector>

namespace fnstore::bench {
namespace {

struct StatsFigures {
  std::vector<double> ms, calls_per_s, calls_per_cpu_s;

  Engine::Summary take(const Engine& engine) {
    const std::clock_t cpu_begin = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    const Engine::Summary summary = engine.summarize();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const double cpu_s = static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
    const auto calls = static_cast<double>(summary.calls);
    ms.push_back(took.count() * 1e3);
    calls_per_s.push_back(calls / took.count());
    calls_per_cpu_s.push_back(calls / std::max(cpu_s, 1e-6));
    return summary;
  }
};

}  // namespace

void run_stats(const Settings& settings, std::span<const EngineKind> engines) {
  const LoadedHistories histories(settings, engines);
  std::vector<std::unique_ptr<Engine>> open;
  for (std::size_t i = 0; i < engines.size(); ++i) {
    open.push_back(histories.open(i));
    if (!(open[i]->summarize() == open[0]->summarize())) {
      throw Error(Errc::corrupt,
                  fmt::format("{} has other statistics than {}", engines[i].name, engines[0].name));
    }
  }
  std::vector<StatsFigures> figures(engines.size());
  for (std::size_t run = 0; run < settings.runs; ++run) {
    for (std::size_t i = 0; i < engines.size(); ++i) {
      if (figures[i].take(*open[i]).calls != histories.calls()) {
        throw Error(Errc::corrupt, fmt::format("{} did not count every call", engines[i].name));
      }
    }
  }
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const Report report = histories.report(i);
    report.add("ms", "ms", figures[i].ms);
    report.add("calls_per_s", "calls/s", figures[i].calls_per_s);
    report.add("calls_per_cpu_s", "calls/s", figures[i].calls_per_cpu_s);
  }
}

}  // namespace fnstore::bench

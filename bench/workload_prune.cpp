#include "fnstore/error.h"

#include "bytes_on_disk.h"
#include "fresh_history.h"
#include "recording.h"
#include "rehearsal.h"
#include "report.h"
#include "workload.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <vector>

namespace fnstore::bench {
namespace {

struct Part {
  const char* name;
  std::size_t percent;
};
constexpr std::array parts{Part{"tenth", 10}, Part{"half", 50}};

/// What is deleted: the calls created before.
struct Cut {
  Timestamp before;
  std::uint64_t calls = 0;
};

Cut oldest(const CallPlan& plan, std::size_t percent) {
  std::vector<std::int64_t> times;
  times.reserve(plan.calls.size());
  for (const PlannedCall& call : plan.calls) times.push_back(call.created_at);
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(times.size() * percent / 100);
  std::nth_element(times.begin(), at, times.end());
  const std::int64_t before = *at;
  const auto calls = std::count_if(times.begin(), times.end(),
                                   [before](std::int64_t time) { return time < before; });
  return {Timestamp{std::chrono::milliseconds{before}}, static_cast<std::uint64_t>(calls)};
}

struct PruneFigures {
  std::vector<double> calls_per_s, prune_s, before, after, bytes_share, calls_share;

  void take(const Settings& settings, const EngineKind& kind, const CallPlan& plan,
            const Cut& cut) {
    FreshHistory fresh(settings);
    const EngineOptions options{.durability = settings.durability};
    {
      const auto engine = kind.open(fresh.path(), options);
      load_calls(*engine, plan, settings);
      engine->settle();
    }
    before.push_back(static_cast<double>(bytes_on_disk(fresh.path())));
    auto engine = kind.open(fresh.path(), options);
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t pruned = engine->prune(cut.before);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const std::uint64_t left = engine->count().calls;
    if (pruned != cut.calls || left != plan.calls.size() - pruned) {
      throw Error(Errc::corrupt, fmt::format("{} pruned {} calls and counts {}, of {} were older",
                                             kind.name, pruned, left, cut.calls));
    }
    engine.reset();
    after.push_back(static_cast<double>(bytes_on_disk(fresh.path())));
    prune_s.push_back(took.count());
    calls_per_s.push_back(static_cast<double>(pruned) / took.count());
    bytes_share.push_back(after.back() / before.back());
    calls_share.push_back(static_cast<double>(left) / static_cast<double>(plan.calls.size()));
  }

  void print(const Report& report) const {
    report.add("calls_per_s", "calls/s", calls_per_s);
    report.add("prune_s", "s", prune_s);
    report.add("bytes_before", "bytes", before);
    report.add("bytes_after", "bytes", after);
    report.add("bytes_share", "ratio", bytes_share);
    report.add("calls_share", "ratio", calls_share);
  }
};

}  // namespace

void run_prune(const Settings& settings, std::span<const EngineKind> engines) {
  const CallPlan plan = plan_calls(settings);
  if (engines.size() > 1) rehearse(settings, engines, plan);
  for (const Part& part : parts) {
    const Cut cut = oldest(plan, part.percent);
    std::vector<PruneFigures> figures(engines.size());
    for (std::size_t run = 0; run < settings.runs; ++run) {
      for (std::size_t i = 0; i < engines.size(); ++i) {
        figures[i].take(settings, engines[i], plan, cut);
      }
    }
    const Params params = plan_params(settings, plan) + Params().text("part", part.name);
    for (std::size_t i = 0; i < engines.size(); ++i) {
      figures[i].print(Report(settings, engines[i].name, params));
    }
  }
}

}  // namespace fnstore::bench

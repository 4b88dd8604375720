#include "rehearsal.h"

#include "fnstore/error.h"

#include "check_history.h"
#include "filter_cases.h"
#include "fresh_history.h"
#include "measure_pages.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace fnstore::bench {
namespace {

constexpr std::size_t rehearsed_calls = 500;
constexpr std::size_t rehearsed_batch = 60;
constexpr int requests_a_case = 10;

[[noreturn]] void fail_engine(const EngineKind& kind, const std::string& what) {
  throw Error(Errc::corrupt, fmt::format("{}: {}", kind.name, what));
}

bool is_refused(Engine& engine, std::span<const Call> calls) {
  try {
    engine.insert(calls);
  } catch (const Error& error) {
    if (error.code() == Errc::conflict) return true;
    throw;
  }
  return false;
}

std::vector<Call> make_calls(const CallPlan& plan, std::size_t samples) {
  std::vector<Call> calls(plan.calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    make_call(plan, plan.calls[i], samples, calls[i]);
  }
  return calls;
}

/// Records all but the last call, tries to record known ones again, then records the last.
void record_all(const EngineKind& kind, Engine& engine, std::span<const Call> calls) {
  const auto rest = calls.first(calls.size() - 1);
  for (std::size_t at = 0; at < rest.size(); at += rehearsed_batch) {
    const auto batch = rest.subspan(at, std::min(rehearsed_batch, rest.size() - at));
    if (at == 0 || kind.atomic_batches) {
      engine.insert(batch);
    } else {
      engine.load(batch);  // a commit a call would take long
    }
  }
  if (rest.empty()) return engine.insert(calls);
  engine.flush();
  if (!is_refused(engine, rest.first(1)))
    fail_engine(kind, "a call that is there was recorded again");
  std::vector<Call> mixed{calls.back(), rest.back()};
  if (!kind.atomic_batches) std::swap(mixed.front(), mixed.back());
  if (!is_refused(engine, mixed))
    fail_engine(kind, "a batch with a call that is there was recorded");
  if (engine.count().calls != rest.size())
    fail_engine(kind, "what was refused left something behind");
  engine.insert(calls.last(1));
  engine.flush();
}

void compare_pages(std::span<const PageWay> ways, const HistoryMarks& history,
                   std::span<const PageCase> cases) {
  for (const PageCase& page_case : cases) {
    Random random(1);
    for (int i = 0; i < requests_a_case; ++i) {
      const CallFilter request = page_case.make(history, random);
      const CallList expected = ways.front().engine->list(request);
      for (const PageWay& way : ways) check_page(way, request, expected);
    }
  }
}

}  // namespace

void rehearse(const Settings& settings, std::span<const EngineKind> engines, const CallPlan& plan) {
  const CallPlan part = first_calls(plan, std::min(plan.calls.size(), rehearsed_calls));
  const std::vector<Call> calls = make_calls(part, settings.stats);
  const HistoryMarks history = marks_of_plan(part);
  Settings elsewhere = settings;
  elsewhere.db.clear();
  if (elsewhere.durability == Durability::buffered) elsewhere.durability = Durability::crash_safe;
  std::vector<std::unique_ptr<FreshHistory>> places;
  std::vector<std::unique_ptr<Engine>> opened;
  std::vector<PageWay> ways;
  for (const EngineKind& kind : engines) {
    const auto& place = places.emplace_back(std::make_unique<FreshHistory>(elsewhere));
    auto engine = kind.open(place->path(), {.durability = elsewhere.durability});
    record_all(kind, *engine, calls);
    engine->settle();
    engine.reset();
    opened.push_back(kind.open(place->path(), {.durability = elsewhere.durability}));
    check_history(*opened.back(), part, settings.stats);
    for (PageWay& way : page_ways(kind.name, *opened.back(), Report(settings, kind.name, {}))) {
      ways.push_back(std::move(way));
    }
    if (!(opened.back()->summarize() == opened.front()->summarize())) {
      fail_engine(kind, "other statistics than the first engine's");
    }
  }
  for (const auto cases : {page_cases(), range_cases(), filter_cases(), depth_cases()}) {
    compare_pages(ways, history, cases);
  }
  const Timestamp middle = *calls[calls.size() / 2].created_at;
  const std::uint64_t older = static_cast<std::uint64_t>(
      std::ranges::count_if(calls, [&](const Call& call) { return *call.created_at < middle; }));
  for (std::size_t i = 0; i < opened.size(); ++i) {
    if (opened[i]->prune(middle) != older || opened[i]->count().calls != calls.size() - older) {
      fail_engine(engines[i], "another number of calls was pruned");
    }
  }
}

}  // namespace fnstore::bench

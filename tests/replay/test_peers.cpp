#include "fnstore/error.h"

#include "engine.h"
#include "plan_engine.h"
#include "rehearsal.h"
#include "scratch_folder.h"
#include "synthetic_day.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::bench;

// With -Dbench_peers=true these speak of every peer, without it of fnstore alone.

namespace {

constexpr SyntheticOptions few_calls{.calls = 400, .functions = 12, .scatter = 20, .seed = 4};

std::vector<Call> calls_of(const CallPlan& plan, std::size_t stats) {
  std::vector<Call> calls(plan.calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    make_call(plan, plan.calls[i], stats, calls[i]);
  }
  return calls;
}

/// Every page of a walk, with its cursor.
std::vector<CallList> walk(const Engine& engine, CallFilter filter) {
  std::vector<CallList> pages;
  do {
    pages.push_back(engine.list(filter));
    filter.cursor = pages.back().next_cursor;
  } while (!filter.cursor.empty());
  return pages;
}

bool same(const std::vector<CallList>& left, const std::vector<CallList>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const CallList& a, const CallList& b) {
                      return a.items == b.items && a.next_cursor == b.next_cursor;
                    });
}

bool is_conflict(Engine& engine, std::span<const Call> calls) {
  try {
    engine.insert(calls);
  } catch (const Error& error) {
    return error.code() == Errc::conflict;
  }
  return false;
}

/// Says that it counts a call less than it has.
class Forgetful : public PlanEngine {
 public:
  Counts count() const override { return {calls.size() - 1, 1}; }
};

}  // namespace

TEST_CASE("every engine keeps the calls, before and after it is opened anew") {
  const CallPlan plan = plan_synthetic(few_calls);
  const std::vector<Call> calls = calls_of(plan, 2);
  PlanEngine expected;
  expected.insert(calls);
  for (const EngineKind& kind : engine_kinds()) {
    INFO(kind.name);
    const ScratchFolder folder(std::filesystem::temp_directory_path());
    const EngineOptions options{.durability = Durability::crash_safe};
    auto engine = kind.open(folder.file("history"), options);
    engine->load(calls);
    for (const bool anew : {false, true}) {
      if (anew) {
        engine->settle();
        engine.reset();
        engine = kind.open(folder.file("history"), options);
      }
      CHECK(engine->count() == expected.count());
      for (const std::size_t per_page : {7U, 40U}) {
        CallFilter filter;
        filter.per_page = per_page;
        CHECK(same(walk(*engine, filter), walk(expected, filter)));
        filter.fn_id = plan.functions[1].fn_id;
        CHECK(same(walk(*engine, filter), walk(expected, filter)));
        filter.from_time = calls[50].created_at;
        filter.to_time = calls[350].created_at;
        CHECK(same(walk(*engine, filter), walk(expected, filter)));
      }
    }
  }
}

TEST_CASE("every engine refuses a call that exists and changes nothing") {
  const std::vector<Call> calls = calls_of(plan_synthetic(few_calls), 0);
  for (const EngineKind& kind : engine_kinds()) {
    INFO(kind.name);
    const ScratchFolder folder(std::filesystem::temp_directory_path());
    const auto engine = kind.open(folder.file("history"), {.durability = Durability::crash_safe});
    const auto known = std::span(calls).first(30);
    engine->load(known);
    const auto before = walk(*engine, {});
    Call changed = known[3];
    changed.type = CallType::none;
    CHECK(is_conflict(*engine, {&changed, 1}));
    std::vector<Call> batch{calls[30], calls[31], known[29]};
    if (!kind.atomic_batches) std::swap(batch.front(), batch.back());
    CHECK(is_conflict(*engine, batch));
    CHECK(engine->count().calls == 30);
    CHECK(same(walk(*engine, {}), before));
    engine->insert(std::span(calls).subspan(30, 2));
    CHECK(engine->count().calls == 32);
  }
}

TEST_CASE("a rehearsal fails for an engine that does another job") {
  const CallPlan plan = plan_synthetic(few_calls);
  Settings settings;
  settings.folder = std::filesystem::temp_directory_path();
  settings.durability = Durability::crash_safe;
  const auto open = [](const std::string&, const EngineOptions&) -> std::unique_ptr<Engine> {
    return std::make_unique<Forgetful>();
  };
  const std::vector<EngineKind> engines{engine_kinds().front(), {"forgetful", open}};
  CHECK_THROWS_AS(rehearse(settings, engines, plan), Error);
}

#include "fnstore/error.h"

#include "check_history.h"
#include "plan_engine.h"
#include "synthetic_day.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <tuple>

using namespace fnstore;
using namespace fnstore::bench;

namespace {

constexpr std::size_t samples = 2;

const CallPlan& small_plan() {
  static const CallPlan plan = plan_synthetic({.calls = 600, .functions = 12, .seed = 2});
  return plan;
}

PlanEngine recorded() {
  PlanEngine engine;
  for (const PlannedCall& planned : small_plan().calls) {
    make_call(small_plan(), planned, samples, engine.calls.emplace_back());
  }
  return engine;
}

class Miscounting : public PlanEngine {
 public:
  Counts count() const override { return {PlanEngine::count().calls, 11}; }
};

std::string difference(const Engine& engine) {
  try {
    check_history(engine, small_plan(), samples);
    return {};
  } catch (const Error& error) {
    CHECK(error.code() == Errc::corrupt);
    return error.what();
  }
}

}  // namespace

TEST_CASE("a history that is as it was recorded passes, call by call") {
  const PlanEngine engine = recorded();
  CHECK(check_history(engine, small_plan(), samples).calls == 600);
}

TEST_CASE("a lost, a doubled, a foreign and a changed call are each found and named") {
  PlanEngine engine = recorded();
  Call& call = engine.calls[300];
  const std::string id = call.id;
  SECTION("lost") {
    engine.calls.erase(engine.calls.begin() + 300);
    CHECK_FALSE(difference(engine).empty());
  }
  SECTION("lost at the old end") {
    const auto oldest = [](const Call& a, const Call& b) {
      return std::tie(a.fn_id, a.id) < std::tie(b.fn_id, b.id);
    };
    engine.calls.erase(std::min_element(engine.calls.begin(), engine.calls.end(), oldest));
    CHECK_THAT(difference(engine), Catch::Contains("the walk ended here"));
  }
  SECTION("doubled") {
    engine.calls.push_back(Call(call));
    CHECK_THAT(difference(engine), Catch::Contains(id));
  }
  SECTION("foreign") {
    engine.calls.push_back(Call(call));
    engine.calls.back().id = "0000000000000000000000000A";
    CHECK_THAT(difference(engine), Catch::Contains("more calls than were recorded"));
  }
  SECTION("foreign function") {
    engine.calls.push_back(Call(call));
    engine.calls.back().fn_id = "not-recorded";
    CHECK_THAT(difference(engine), Catch::Contains("601 calls of 13 functions"));
  }
  SECTION("moved to another function") {
    call.fn_id = call.fn_id == "fn-000000" ? "fn-000001" : "fn-000000";
    CHECK_FALSE(difference(engine).empty());
  }
  SECTION("error changed") {
    call.error += ".";
    CHECK_THAT(difference(engine), Catch::Contains(id));
  }
  SECTION("time changed") {
    *call.completed_at += std::chrono::milliseconds{1};
    CHECK_THAT(difference(engine), Catch::Contains(id));
  }
  SECTION("stats changed") {
    call.stats.back().metrics["mem_usage"] += 1;
    CHECK_THAT(difference(engine), Catch::Contains(id));
  }
}

TEST_CASE("totals that contradict the calls are found") {
  Miscounting engine;
  engine.calls = recorded().calls;
  CHECK_THAT(difference(engine), Catch::Contains("counts 600 calls of 11 functions"));
}

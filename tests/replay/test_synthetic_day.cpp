#include "fnstore/error.h"

#include "synthetic_day.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::bench;

TEST_CASE("made-up calls: as many as asked for, ids unique, the first function the most called") {
  const CallPlan plan = plan_synthetic({.calls = 20'000, .functions = 50, .scatter = 0, .seed = 4});
  REQUIRE(plan.calls.size() == 20'000);
  REQUIRE(plan.functions.size() == 50);
  std::set<std::string> ids;
  std::vector<std::size_t> calls(50);
  for (const PlannedCall& call : plan.calls) {
    ids.insert(planned_id(plan, call));
    ++calls[call.function];
    REQUIRE(call.created_at == call.id_time);
  }
  CHECK(ids.size() == 20'000);
  // Zipf over 50 functions: the first takes 1 / 4.499 of the calls, the second half as many.
  CHECK(calls[0] > 4'200);
  CHECK(calls[0] < 4'700);
  CHECK(calls[1] > 2'050);
  CHECK(calls[1] < 2'400);
}

TEST_CASE("scatter moves created_at away from the id's time, as often as asked") {
  const CallPlan plan =
      plan_synthetic({.calls = 20'000, .functions = 50, .scatter = 10, .seed = 4});
  constexpr std::int64_t month_ms = std::int64_t{30} * 24 * 3600 * 1000;
  std::size_t moved = 0;
  for (const PlannedCall& call : plan.calls) {
    REQUIRE(std::abs(call.created_at - call.id_time) <= month_ms);
    if (call.created_at != call.id_time) ++moved;
  }
  CHECK(moved > 1'800);
  CHECK(moved < 2'200);
}

TEST_CASE("the same seed makes up the same calls") {
  const SyntheticOptions options{.calls = 2'000, .functions = 20, .scatter = 5, .seed = 9};
  SyntheticOptions other = options;
  other.seed = 10;
  const auto ids = [](const CallPlan& plan) {
    std::vector<std::string> all;
    for (const PlannedCall& call : plan.calls) all.push_back(planned_id(plan, call));
    return all;
  };
  CHECK(ids(plan_synthetic(options)) == ids(plan_synthetic(options)));
  CHECK_FALSE(ids(plan_synthetic(options)) == ids(plan_synthetic(other)));
}

TEST_CASE("options out of their range are refused") {
  CHECK_THROWS_AS(plan_synthetic({.calls = 0}), Error);
  CHECK_THROWS_AS(plan_synthetic({.calls = max_planned_calls + 1}), Error);
  CHECK_THROWS_AS(plan_synthetic({.calls = 10, .functions = 0}), Error);
  CHECK_THROWS_AS(plan_synthetic({.calls = 10, .functions = 11}), Error);
  CHECK_THROWS_AS(plan_synthetic({.calls = 10, .functions = 1, .scatter = 101}), Error);
}

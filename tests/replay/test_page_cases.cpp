#include "history_marks.h"
#include "page_cases.h"
#include "plan_engine.h"
#include "synthetic_day.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

using namespace fnstore;
using namespace fnstore::bench;

namespace {

struct Recorded {
  explicit Recorded(const SyntheticOptions& options) : plan(plan_synthetic(options)) {
    for (const PlannedCall& planned : plan.calls) {
      make_call(plan, planned, 0, engine.calls.emplace_back());
    }
  }
  CallPlan plan;
  PlanEngine engine;
};

const PageCase& case_named(std::span<const PageCase> cases, std::string_view name) {
  for (const PageCase& page_case : cases) {
    if (page_case.name == name) return page_case;
  }
  throw std::runtime_error("no such case");
}

const SyntheticOptions small{.calls = 1'500, .functions = 60, .scatter = 10, .seed = 2};

bool same(const HistoryMarks& left, const HistoryMarks& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const FunctionMarks& a, const FunctionMarks& b) {
                      return a.fn_id == b.fn_id && a.calls == b.calls &&
                             std::equal(a.marks.begin(), a.marks.end(), b.marks.begin(),
                                        b.marks.end(), [](const Mark& m, const Mark& n) {
                                          return m.id == n.id && m.created_at == n.created_at;
                                        });
                    });
}

}  // namespace

TEST_CASE("a walk of the history finds the marks the plan has") {
  const Recorded recorded(small);
  const HistoryMarks planned = marks_of_plan(recorded.plan);
  REQUIRE(planned.size() > 50);
  CHECK(same(planned, marks_of_engine(recorded.engine)));
  for (std::size_t i = 1; i < planned.size(); ++i) CHECK(planned[i - 1].calls >= planned[i].calls);
}

TEST_CASE("marks of a big function stay within their number and evenly spaced") {
  for (const std::uint64_t calls : {1'023U, 1'024U, 1'025U, 2'048U, 2'049U, 5'000U, 70'000U}) {
    const CallPlan plan = plan_synthetic({.calls = calls, .functions = 1, .seed = 1});
    const HistoryMarks history = marks_of_plan(plan);
    REQUIRE(history.size() == 1);
    CHECK(history[0].calls == calls);
    const auto& marks = history[0].marks;
    CHECK(marks.size() <= marks_per_function);
    CHECK(marks.size() >= std::min<std::size_t>(calls, marks_per_function / 2));
    const auto newest = newest_first(plan)[0];
    const std::size_t step = (calls + marks.size() - 1) / marks.size();
    bool evenly_spaced = true;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      evenly_spaced =
          evenly_spaced && marks[i].id == planned_id(plan, plan.calls[newest[i * step]]);
    }
    CHECK(evenly_spaced);
  }
}

TEST_CASE("every request of every case is answered by at least one call") {
  const std::uint64_t calls = GENERATE(1U, 3U, 40U, 1'500U);
  const std::uint64_t scatter = GENERATE(0U, 50U);
  const Recorded recorded(
      {.calls = calls, .functions = std::min<std::uint64_t>(calls, 20), .scatter = scatter});
  const HistoryMarks history = marks_of_plan(recorded.plan);
  for (const auto cases : {page_cases(), range_cases()}) {
    for (const PageCase& page_case : cases) {
      INFO(calls << " calls, scatter " << scatter << ", " << page_case.name);
      Random random(5);
      for (int i = 0; i < 30; ++i) {
        CHECK_FALSE(recorded.engine.list(page_case.make(history, random)).items.empty());
      }
    }
  }
}

TEST_CASE("cases ask for what their names say") {
  const Recorded recorded(small);
  const HistoryMarks history = marks_of_plan(recorded.plan);
  std::map<std::string, std::uint64_t> calls_of;
  for (const FunctionMarks& function : history) calls_of[function.fn_id] = function.calls;
  Random random(1);
  std::set<std::string> deep_functions;
  for (int i = 0; i < 200; ++i) {
    CHECK(calls_of.at(case_named(page_cases(), "hot").make(history, random).fn_id) >=
          history[9].calls);
    CHECK(calls_of.at(case_named(page_cases(), "rare").make(history, random).fn_id) <= page_size);
    const CallFilter deep = case_named(page_cases(), "deep").make(history, random);
    CHECK_FALSE(deep.cursor.empty());
    CHECK(calls_of.at(deep.fn_id) > 2 * page_size);
    deep_functions.insert(deep.fn_id);
    CHECK(case_named(page_cases(), "all_deep").make(history, random).fn_id.empty());
  }
  CHECK(deep_functions.size() > 1);
}

TEST_CASE("ranges lie in the older half of their function's history") {
  const Recorded recorded({.calls = 3'000, .functions = 5, .seed = 3});
  const HistoryMarks history = marks_of_plan(recorded.plan);
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const CallFilter range = case_named(range_cases(), "hot").make(history, random);
    const auto& marks = history[0].marks;
    CHECK(range.fn_id == history[0].fn_id);
    CHECK(*range.to_time <= marks[marks.size() / 2].created_at + std::chrono::milliseconds{1});
    CHECK(*range.from_time < *range.to_time);
  }
}

#include "synthetic_day.h"

#include "fnstore/error.h"

#include "random.h"
#include "zipf.h"

#include <cmath>
#include <fmt/format.h>

namespace fnstore::bench {
namespace {

constexpr std::int64_t start_ms = 1'563'148'800'000;  ///< 2019-07-15T00:00:00Z
constexpr double mean_gap_ms = 10;
constexpr std::int64_t scatter_ms = std::int64_t{30} * 24 * 3600 * 1000;
constexpr std::uint64_t functions_per_app = 8;

void check(const SyntheticOptions& options) {
  if (options.calls == 0 || options.calls > max_planned_calls) {
    throw Error(Errc::invalid,
                fmt::format("{} calls: give 1 to {}", options.calls, max_planned_calls));
  }
  if (options.functions == 0 || options.functions > options.calls) {
    throw Error(Errc::invalid,
                fmt::format("{} functions: give 1 to as many as there are calls ({})",
                            options.functions, options.calls));
  }
  if (options.scatter > 100) {
    throw Error(Errc::invalid,
                fmt::format("scatter of {} percent: give 0 to 100", options.scatter));
  }
}

std::vector<PlannedFunction> make_functions(std::uint64_t count) {
  const Percentiles memory({0, 0.05, 0.5, 0.95, 1}, {48, 64, 128, 192, 256});
  std::vector<PlannedFunction> functions;
  functions.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    functions.push_back({fmt::format("fn-{:06}", i),
                         fmt::format("app-{:05}", i / functions_per_app), planned_type(i), memory});
  }
  return functions;
}

}  // namespace

CallPlan plan_synthetic(const SyntheticOptions& options) {
  check(options);
  CallPlan plan;
  plan.seed = options.seed;
  plan.machine = mix_bits(options.seed) >> 16;
  plan.functions = make_functions(options.functions);
  plan.calls.reserve(options.calls);
  const Zipf popularity(options.functions);
  Random random(options.seed);
  double now = 0;
  for (std::uint64_t i = 0; i < options.calls; ++i) {
    now += -std::log(1.0 - random.unit()) * mean_gap_ms;
    PlannedCall call;
    call.function = static_cast<std::uint32_t>(popularity.draw(random));
    call.id_time = start_ms + static_cast<std::int64_t>(now);
    call.created_at = call.id_time;
    if (random.below(100) < options.scatter) {
      call.created_at += static_cast<std::int64_t>(random.below(2 * scatter_ms)) - scatter_ms;
    }
    const double usual_ms = std::exp2(2.0 + 12.0 * Random(options.seed, call.function).unit());
    call.run_ms = static_cast<std::uint32_t>(usual_ms * std::exp2(2.0 * random.unit() - 1.0));
    call.wait_ms = static_cast<std::uint16_t>(1 + random.below(8));
    call.failure = planned_failure(random.bits());
    plan.calls.push_back(call);
  }
  finish_plan(plan);
  return plan;
}

}  // namespace fnstore::bench

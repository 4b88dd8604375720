#pragma once

#include "call_plan.h"

#include <cstdint>

namespace fnstore::bench {

struct SyntheticOptions {
  std::uint64_t calls = 1'000'000;  ///< 1 .. max_planned_calls
  std::uint64_t functions = 1'000;  ///< at least 1; how often each is called follows Zipf
  std::uint64_t scatter = 0;        ///< percent of calls with created_at up to 30 days off their id
  std::uint64_t seed = 1;
};

/// Made-up calls from 2019-07-15 on, 100 a second at random moments. Each function has a usual run
/// time between 4 ms and 16 s of its own, from half of which to twice of which its calls take.
/// Throws `invalid` for options out of their range.
CallPlan plan_synthetic(const SyntheticOptions& options);

}  // namespace fnstore::bench

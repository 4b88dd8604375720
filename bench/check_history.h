#pragma once

#include "call_plan.h"
#include "engine.h"

#include <cstddef>
#include <cstdint>

namespace fnstore::bench {

struct CheckedHistory {
  std::uint64_t calls = 0;
  double list_s = 0;  ///< spent in Engine::list alone
};

/// Walks every function by cursor, in pages of 10 000, and compares each call with the plan's,
/// which was recorded with `samples` samples a call; also the totals. Every call must come once,
/// ids strictly descending. Throws `corrupt`, naming the first difference.
CheckedHistory check_history(const Engine& engine, const CallPlan& plan, std::size_t samples);

}  // namespace fnstore::bench

#pragma once

#include "call_plan.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fnstore::bench {

/// Calls without end that go on where a plan ends: the plan's own again and again, each time as
/// much later as the plan is long, so that ids go on rising.
class PlanContinuation {
 public:
  /// `plan` must outlive it and have calls.
  PlanContinuation(const CallPlan& plan, std::size_t samples);

  /// The next calls, as many as `calls` has.
  void make(std::vector<Call>& calls);

 private:
  const CallPlan& plan_;
  std::size_t samples_;
  std::int64_t length_ms_ = 0;
  std::int64_t rounds_ = 1;
  std::size_t next_ = 0;
};

}  // namespace fnstore::bench

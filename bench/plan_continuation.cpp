#include "plan_continuation.h"

#include <algorithm>

namespace fnstore::bench {

PlanContinuation::PlanContinuation(const CallPlan& plan, std::size_t samples)
    : plan_(plan), samples_(samples) {
  const auto [first, last] = std::ranges::minmax_element(plan.calls, {}, &PlannedCall::id_time);
  length_ms_ = last->id_time - first->id_time + 1;
}

void PlanContinuation::make(std::vector<Call>& calls) {
  for (Call& call : calls) {
    PlannedCall later = plan_.calls[next_];
    later.id_time += rounds_ * length_ms_;
    later.created_at += rounds_ * length_ms_;
    make_call(plan_, later, samples_, call);
    if (++next_ < plan_.calls.size()) continue;
    next_ = 0;
    ++rounds_;
  }
}

}  // namespace fnstore::bench

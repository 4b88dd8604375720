#pragma once

#include "engine.h"

#include <vector>

namespace fnstore::bench {

/// An engine that keeps whole calls in memory and answers as the contract says, so that a test can
/// make it forget or change one. Filters: fn_id, from_time, to_time, cursor and per_page alone.
class PlanEngine : public Engine {
 public:
  void insert(std::span<const Call> calls) override;
  void flush() override {}
  CallList list(const CallFilter& filter) const override;
  void settle() override {}
  Counts count() const override;
  std::uint64_t prune(Timestamp before) override;
  Summary summarize() const override { return {calls.size(), 0, 0, 0, 0, 0}; }

  std::vector<Call> calls;  ///< in any order
};

}  // namespace fnstore::bench

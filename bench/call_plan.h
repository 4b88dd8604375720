#pragma once

#include "fnstore/call.h"
#include "fnstore/timestamp.h"

#include "percentiles.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fnstore::bench {

/// One finished call in 32 bytes, so that millions can wait for their turn. Times in ms.
struct PlannedCall {
  std::int64_t id_time = 0;     ///< since 1970; the id's own time
  std::int64_t created_at = 0;  ///< since 1970; may be far from id_time
  std::uint32_t function = 0;   ///< index into CallPlan::functions
  std::uint32_t counter = 0;    ///< the id's last part
  std::uint32_t run_ms = 0;     ///< completed_at - started_at
  std::uint16_t wait_ms = 0;    ///< started_at - created_at
  std::uint16_t failure = 0;    ///< 0: success, else 1 + index into failure_texts()
};

struct PlannedFunction {
  std::string fn_id;
  std::string app_id;
  CallType type = CallType::sync;
  Percentiles memory_mb;
};

/// Calls in the order in which they are recorded: by the time they finished.
struct CallPlan {
  std::uint64_t seed = 0;
  std::uint64_t machine = 0;  ///< the machine part of every id
  std::vector<PlannedFunction> functions;
  std::vector<PlannedCall> calls;
};

inline constexpr std::uint64_t max_planned_calls = 200'000'000;  ///< 32 bytes each

/// What the error of a failed call says; a small set, as in real histories.
std::span<const std::string> failure_texts();

/// A kind of call that suits the function's index: most are sync, some async, a few detached.
CallType planned_type(std::size_t function) noexcept;

/// 0 for 99 calls in 100, else one of the failures. `bits`: a random number.
std::uint16_t planned_failure(std::uint64_t bits) noexcept;

/// The same, with the first so many calls alone.
CallPlan first_calls(const CallPlan& plan, std::size_t calls);

/// Numbers the calls in the order of their id's time, then sorts them by completion.
void finish_plan(CallPlan& plan);

/// The whole Call that stands for a plan's entry, with `samples` samples of stats of six metrics.
/// `call` is overwritten; what it had allocated is used again. Depends on nothing but its inputs.
void make_call(const CallPlan& plan, const PlannedCall& planned, std::size_t samples, Call& call);

/// For each function the indices of its calls, newest id first.
std::vector<std::vector<std::uint32_t>> newest_first(const CallPlan& plan);

std::string planned_id(const CallPlan& plan, const PlannedCall& planned);

}  // namespace fnstore::bench

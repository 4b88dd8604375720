#pragma once

#include "call_plan.h"
#include "engine.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fnstore::bench {

/// One call of a history, to start a page from or to put a time range around.
struct Mark {
  std::string id;
  Timestamp created_at;
};

/// What a reader needs to know about one function to ask for sensible pages.
struct FunctionMarks {
  std::string fn_id;
  std::string app_id;
  std::uint64_t calls = 0;
  std::vector<Mark> marks;  ///< newest id first, evenly spaced, the newest call among them
};

/// At most this many marks a function, at least half as many when it has the calls.
inline constexpr std::size_t marks_per_function = 1024;

/// Functions with at least one call, the most called first.
using HistoryMarks = std::vector<FunctionMarks>;

HistoryMarks marks_of_plan(const CallPlan& plan);

/// Walks the whole history, all functions at once.
HistoryMarks marks_of_engine(const Engine& engine);

}  // namespace fnstore::bench

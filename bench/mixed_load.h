#pragma once

#include "engine.h"
#include "history_marks.h"
#include "plan_continuation.h"
#include "settings.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

namespace fnstore::bench {

/// What readers and a writer saw while they worked at once.
struct MixedTimes {
  std::vector<double> page_us;
  std::vector<double> insert_us;  ///< of a batch
  std::uint64_t inserted = 0;
  double seconds = 0;
};

/// --readers threads that page (hot and deep, as likely), and if `writer` is given one that inserts
/// its calls in batches of `batch`, as fast as they can until `work` returns, which this thread
/// does. Throws what any of them threw.
MixedTimes run_mixed(Engine& engine, const HistoryMarks& history, const Settings& settings,
                     PlanContinuation* writer, std::size_t batch,
                     const std::function<void()>& work);

}  // namespace fnstore::bench

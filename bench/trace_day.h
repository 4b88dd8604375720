#pragma once

#include "fnstore/timestamp.h"

#include "call_plan.h"
#include "percentiles.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fnstore::bench {

/// One function of a trace.
struct TraceFunction {
  std::string fn_id;   ///< HashFunction, or "HashApp/HashFunction" when that is not unique
  std::string app_id;  ///< HashApp
  std::vector<std::uint32_t> calls_per_minute;
  Percentiles run_ms;
  Percentiles memory_mb;
  std::uint64_t calls = 0;  ///< the sum of calls_per_minute
};

struct TraceDay {
  std::vector<TraceFunction> functions;  ///< in the file's order
  std::uint64_t calls = 0;
};

/// Reads PREFIX_inv.csv, PREFIX_run.csv and PREFIX_mem.csv, the three files of the Azure Functions
/// trace of 2019. Minutes are the columns minute_1 and on, as many as there are (a week at most).
/// A function without run times, or an app without memory, is an error, as is any row that does
/// not make sense; messages start with "FILE:LINE: ".
TraceDay read_trace(const std::string& prefix);

/// The calls of the day that begins at `start`. The calls of a minute are spread over it: one in
/// each of as many equal parts, at random within its part. A call starts 1 to 8 ms after it was
/// created and runs as long as its function's percentiles say. One in a hundred fails.
CallPlan plan_trace(const TraceDay& day, Timestamp start, std::uint64_t seed);

}  // namespace fnstore::bench

#include "fnstore/error.h"

#include "call_plan.h"
#include "quick_folder.h"
#include "trace_day.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

using namespace fnstore;
using namespace fnstore::bench;

namespace {

constexpr std::uint64_t most_calls = 2'000;
constexpr std::string_view separator = "=====\n";

/// The three files of a trace, one after the other.
void write_files(const std::string& prefix, std::string_view text) {
  for (const char* const part : {"_inv.csv", "_run.csv", "_mem.csv"}) {
    const std::size_t end = text.find(separator);
    const std::string_view own = text.substr(0, end);
    std::ofstream(prefix + part, std::ios::binary)
        .write(own.data(), static_cast<std::streamsize>(own.size()));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + separator.size());
  }
}

void check_plan(const TraceDay& day) {
  const CallPlan plan = plan_trace(day, Timestamp(std::chrono::milliseconds(1'554'422'400'000)), 1);
  if (plan.calls.size() != day.calls) std::abort();
  Call call;
  std::int64_t ended = 0;
  for (const PlannedCall& planned : plan.calls) {
    make_call(plan, planned, 1, call);
    const std::int64_t end = planned.created_at + planned.wait_ms + planned.run_ms;
    if (planned.function >= plan.functions.size() || end < ended) std::abort();
    ended = end;
  }
}

}  // namespace

// What is no trace is refused with a file and a line; any other becomes a plan.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const QuickFolder folder;
  static const std::string prefix = folder.path() + "/trace";
  write_files(prefix, {reinterpret_cast<const char*>(data), size});
  try {
    const TraceDay day = read_trace(prefix);
    if (day.calls <= most_calls) check_plan(day);
  } catch (const Error& error) {
    if (error.code() != Errc::invalid) std::abort();
    if (!std::string_view(error.what()).starts_with(prefix)) std::abort();
  }
  return 0;
}

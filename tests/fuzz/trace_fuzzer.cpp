#include "fnstore/error.h"

#include "call_plan.h"
#include "trace_day.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

using namespace fnstore;
using namespace fnstore::bench;

namespace {

constexpr std::uint64_t most_calls = 2'000;
constexpr std::string_view separator = "=====\n";

/// A folder that goes with the program, in memory where there is some.
class Folder {
 public:
  Folder() {
    const std::filesystem::path memory("/dev/shm");
    const bool quick = std::filesystem::is_directory(memory);
    path_ = ((quick ? memory : std::filesystem::temp_directory_path()) / "fnstore-fuzz-XXXXXX")
                .string();
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string prefix() const { return path_ + "/trace"; }

 private:
  std::string path_;
};

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
  static const Folder folder;
  write_files(folder.prefix(), {reinterpret_cast<const char*>(data), size});
  try {
    const TraceDay day = read_trace(folder.prefix());
    if (day.calls <= most_calls) check_plan(day);
  } catch (const Error& error) {
    if (error.code() != Errc::invalid) std::abort();
    if (!std::string_view(error.what()).starts_with(folder.prefix())) std::abort();
  }
  return 0;
}

#include "measurement.h"

#include <fmt/format.h>

namespace {

double mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / (1 << 20);
}

}  // namespace

std::string describe(const Measurement& sample) {
  std::string memory;
  std::string descriptors;
  for (const ProcessState& process : sample.processes) {
    memory += fmt::format(" {:5.1f}", mebibytes(process.resident_bytes));
    descriptors += fmt::format(" {}", process.descriptors);
  }
  return fmt::format(
      "{:5.0f} s  memory{} MiB  heap {:.2f} MiB  descriptors{}  log {:.1f} MiB  file {:.1f} MiB  "
      "{} calls  "
      "insert {:.0f} {:.0f} us of {}  page {:.0f} {:.0f} us of {}",
      sample.seconds, memory, mebibytes(sample.heap_bytes), descriptors,
      mebibytes(sample.log_bytes), mebibytes(sample.file_bytes), sample.calls, sample.insert.p50_us,
      sample.insert.p99_us, sample.insert.count, sample.page.p50_us, sample.page.p99_us,
      sample.page.count);
}

#pragma once

#include "latencies.h"
#include "process_state.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Names of those that do a part of the work: first the threads of the soak's own process, then
/// the other processes.
inline constexpr std::array part_names = {"insert", "batches", "list",  "tail",
                                          "queue",  "worker",  "keeper"};
inline constexpr std::size_t thread_count = 5;
inline constexpr std::size_t other_processes = part_names.size() - thread_count;

/// What is seen at one moment, and of the time since the last one.
struct Measurement {
  double seconds = 0;  ///< since the beginning
  std::array<ProcessState, 1 + other_processes> processes{};
  std::uint64_t heap_bytes = 0;  ///< in use by the soak's own process; 0 under sanitizers
  std::uint64_t log_bytes = 0;   ///< the largest since the last sample
  std::uint64_t file_bytes = 0;
  std::uint64_t calls = 0;
  Quantiles insert{};
  Quantiles page{};
  /// Rounds of each part so far; of other processes only one each 0.1 s is counted.
  std::array<std::uint64_t, part_names.size()> rounds{};
};

/// One line.
std::string describe(const Measurement& sample);

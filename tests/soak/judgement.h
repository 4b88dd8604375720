#pragma once

#include "measurement.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How much more the last third of a run may need than the middle third; the first is for warming
/// up. Medians of the samples are compared, where nothing else is said.
struct Tolerance {
  std::size_t descriptors = 0;                             ///< of one process
  std::uint64_t memory_bytes = std::uint64_t{8} << 20;     ///< of one process
  std::uint64_t heap_bytes = std::uint64_t{2} << 20;       ///< of it, what is in use
  std::uint64_t most_log_bytes = std::uint64_t{32} << 20;  ///< in any sample after the first third
  double file = 1.2;                                       ///< times the bytes before, and
  std::uint64_t file_bytes = std::uint64_t{2} << 20;       ///< so many
  double calls = 1.1;                                      ///< times
  double latency = 3;                                      ///< times the p50 or p99, and
  double p50_us = 500;                                     ///< so much: other programs run too
  double p99_us = 20'000;                                  ///< and syncs take as long as they do
};

/// For runs of less than ten minutes, whose thirds are too short to say much.
inline constexpr Tolerance short_tolerance{.descriptors = 6,
                                           .memory_bytes = std::uint64_t{24} << 20,
                                           .heap_bytes = std::uint64_t{24} << 20,
                                           .most_log_bytes = std::uint64_t{96} << 20,
                                           .file = 2,
                                           .file_bytes = std::uint64_t{8} << 20,
                                           .calls = 1.3,
                                           .latency = 20,
                                           .p50_us = 50'000,
                                           .p99_us = 1'000'000};

inline constexpr std::size_t least_samples = 9;

struct Finding {
  std::string_view what;  ///< e.g. "descriptors"
  bool flat = false;
  std::string figures;
};

/// Needs least_samples.
std::vector<Finding> judge(const std::vector<Measurement>& samples, const Tolerance& tolerance);

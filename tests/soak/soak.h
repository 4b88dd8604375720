#pragma once

#include "judgement.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// What is made wrong on purpose, and must be found.
enum class Control { none, leak_descriptors, leak_memory, no_retention };

struct SoakOptions {
  std::chrono::seconds time{1'800};
  std::chrono::milliseconds interval{30'000};  ///< between two samples
  std::uint64_t seed = 1;
  Control control = Control::none;
};

struct SoakResult {
  std::vector<Measurement> samples;
  std::vector<std::string> problems;  ///< what the store did wrong
};

/// Works on a new store at `path` with threads and processes, printing a line for each sample,
/// until the time is over or something goes wrong; then verifies what there is.
SoakResult run_soak(const std::string& path, const SoakOptions& options);

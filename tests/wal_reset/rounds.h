#pragma once

#include "contestant.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

struct RoundsResult {
  std::size_t commits = 0;
  std::string damage;  ///< empty: every acknowledged row is there, and all is sound
};

/// Several processes write one file for a time and move its log as often as they can, each resting
/// at every step of its checkpoints, so that those of the others fall into the middle of them.
RoundsResult run_rounds(Kind kind, const std::string& path, std::chrono::seconds time,
                        std::uint64_t seed);

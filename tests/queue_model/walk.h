#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

/// Takes `steps` random steps with a store at `path` and with the oracle, and compares every answer
/// and, from time to time, everything. Throws std::runtime_error with the step where they differ.
void walk_queue(const std::string& path, std::uint64_t seed, std::size_t steps);

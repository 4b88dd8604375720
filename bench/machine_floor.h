#pragma once

#include <cstddef>
#include <filesystem>

namespace fnstore::bench {

inline constexpr std::size_t floor_block_bytes = 4096;

/// How often a second this folder's disk takes an append of floor_block_bytes and an fdatasync
/// after it: what no engine that promises the same can beat per commit. Measures for about 0.3 s,
/// in a file that is removed again. Throws `io`.
double fdatasync_per_second(const std::filesystem::path& folder);

}  // namespace fnstore::bench

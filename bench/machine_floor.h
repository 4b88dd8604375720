#pragma once

#include "report.h"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace fnstore::bench {

inline constexpr std::size_t floor_block_bytes = 4096;

/// How often a second this folder's disk takes an append of floor_block_bytes and an fdatasync
/// after it: what no engine that promises the same can beat per commit. Measures for about 0.3 s,
/// in a file that is removed again. Throws `io`.
double fdatasync_per_second(const std::filesystem::path& folder);

/// MB (10^6 bytes) a second of a large file, written from its beginning and synced once at the
/// end: what no engine's sequential writing can beat. Removes the file again. Throws `io`.
double sequential_write_mb_per_second(const std::filesystem::path& folder);

/// GB (10^9 bytes) a second that one thread copies, beyond the caches.
double memcpy_gb_per_second();

/// What the machine can do, run after run.
class MachineFigures {
 public:
  /// Only the fdatasyncs; the last one's figure is returned.
  double take_fdatasync(const std::filesystem::path& folder);
  void take_all(const std::filesystem::path& folder);
  void report(const Report& report) const;

 private:
  std::vector<double> fdatasyncs_;
  std::vector<double> writes_;
  std::vector<double> copies_;
};

}  // namespace fnstore::bench

#pragma once

#include <cstdint>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace fnstore::executor {

/// One process as /proc shows it at one moment.
struct ProcessUsage {
  pid_t pid = 0;
  bool ended = false;            ///< a zombie: only its parent's wait is missing
  std::uint64_t cpu_user = 0;    ///< nanoseconds, its waited-for children included
  std::uint64_t cpu_kernel = 0;  ///< the same
  std::uint64_t memory = 0;      ///< bytes resident
};

/// Bytes that went to and came from storage, waited-for children included.
struct DiskUsage {
  std::uint64_t read = 0;
  std::uint64_t write = 0;
};

/// Nothing when there is no such process, or /proc does not show it to us.
std::optional<ProcessUsage> read_process(pid_t pid);

/// Nothing also when the process belongs to somebody else.
std::optional<DiskUsage> read_disk_usage(pid_t pid);

/// Every process of a group that /proc shows us, zombies included.
std::vector<ProcessUsage> read_process_group(pid_t group);

}  // namespace fnstore::executor

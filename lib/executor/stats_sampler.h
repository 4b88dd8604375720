#pragma once

#include "fnstore/stats.h"

#include <cstdint>
#include <sys/resource.h>
#include <sys/types.h>

namespace fnstore::executor {

/// Collects the stats of one command: samples while it runs, and a last one from the kernel's own
/// account. Counters (cpu_*, disk_*) are totals since the start and never go down. mem_usage is
/// what is resident at that moment, pages shared between processes counted for each; in the last
/// sample it is the peak.
class StatsSampler {
 public:
  /// `memory_limit` in bytes, 0: none. `memory_before_exec`: see SpawnedProcess.
  StatsSampler(pid_t group, std::uint64_t memory_limit, std::uint64_t memory_before_exec)
      : group_(group), memory_limit_(memory_limit), memory_before_exec_(memory_before_exec) {}

  /// Only remembers how much memory the leader has, so that a command that ends before the first
  /// sample has a figure: a lower bound. False when that cannot be told yet: exec is reported just
  /// before the kernel has put the new program's memory in the place of our copy's.
  bool look_at_leader();

  /// Reads /proc for every process of the group.
  void sample(Timestamp now);

  /// The last sample, from what wait4 returned for the leader; then the stats are complete.
  Stats finish(Timestamp now, const rusage& used) &&;

 private:
  struct Totals {
    std::uint64_t cpu_user = 0;
    std::uint64_t cpu_kernel = 0;
    std::uint64_t disk_read = 0;
    std::uint64_t disk_write = 0;
  };

  void raise_to(const Totals& totals);
  void append(Timestamp now, std::uint64_t memory);

  pid_t group_;
  std::uint64_t memory_limit_;
  std::uint64_t memory_before_exec_;
  std::uint64_t peak_memory_ = 0;
  Totals highest_;
  Stats samples_;
};

}  // namespace fnstore::executor

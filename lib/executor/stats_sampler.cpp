#include "executor/stats_sampler.h"

#include "fnstore/limits.h"

#include "executor/proc_stat.h"

#include <algorithm>
#include <utility>

namespace fnstore::executor {
namespace {

/// Memory for a command that runs for weeks stays bounded: so many samples are merged into half.
constexpr std::size_t most_samples = 2 * limits::samples_per_call;

constexpr std::uint64_t bytes_per_block = 512;  // of ru_inblock and ru_oublock, on any file system
constexpr std::uint64_t bytes_per_kibibyte = 1024;

/// The kernel's count of resident pages is only roughly right while processes run.
std::uint64_t surely_above(std::uint64_t memory) {
  return memory + memory / 8 + (1U << 20U);
}

std::uint64_t nanoseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_usec) * 1'000U;
}

}  // namespace

bool StatsSampler::look_at_leader() {
  const auto leader = read_process(group_);
  if (!leader || leader->memory == 0) return false;
  const bool may_be_our_copy = leader->memory > memory_before_exec_ / 2 &&
                               leader->memory < surely_above(memory_before_exec_);
  if (may_be_our_copy) return false;
  peak_memory_ = std::max(peak_memory_, leader->memory);
  return true;
}

void StatsSampler::sample(Timestamp now) {
  Totals totals;
  std::uint64_t memory = 0;
  for (const ProcessUsage& member : read_process_group(group_)) {
    totals.cpu_user += member.cpu_user;
    totals.cpu_kernel += member.cpu_kernel;
    memory += member.memory;
    if (const auto disk = read_disk_usage(member.pid)) {
      totals.disk_read += disk->read;
      totals.disk_write += disk->write;
    }
  }
  peak_memory_ = std::max(peak_memory_, memory);
  raise_to(totals);
  append(now, memory);
}

Stats StatsSampler::finish(Timestamp now, const rusage& used) && {
  raise_to({.cpu_user = nanoseconds(used.ru_utime),
            .cpu_kernel = nanoseconds(used.ru_stime),
            .disk_read = static_cast<std::uint64_t>(used.ru_inblock) * bytes_per_block,
            .disk_write = static_cast<std::uint64_t>(used.ru_oublock) * bytes_per_block});
  const auto largest = static_cast<std::uint64_t>(used.ru_maxrss) * bytes_per_kibibyte;
  if (largest > surely_above(memory_before_exec_) || peak_memory_ == 0) {
    peak_memory_ = std::max(peak_memory_, largest);
  }
  append(now, peak_memory_);
  return std::move(samples_);
}

// A process that ended without being waited for by the group takes its share with it; clock ticks
// and the final account differ by a little. What was seen once stays.
void StatsSampler::raise_to(const Totals& totals) {
  highest_.cpu_user = std::max(highest_.cpu_user, totals.cpu_user);
  highest_.cpu_kernel = std::max(highest_.cpu_kernel, totals.cpu_kernel);
  highest_.disk_read = std::max(highest_.disk_read, totals.disk_read);
  highest_.disk_write = std::max(highest_.disk_write, totals.disk_write);
}

void StatsSampler::append(Timestamp now, std::uint64_t memory) {
  if (samples_.size() >= most_samples) samples_ = merge_samples(std::move(samples_));
  Sample sample{.timestamp = now,
                .metrics = {{"cpu_user", highest_.cpu_user},
                            {"cpu_kernel", highest_.cpu_kernel},
                            {"cpu_total", highest_.cpu_user + highest_.cpu_kernel},
                            {"mem_usage", memory},
                            {"disk_read", highest_.disk_read},
                            {"disk_write", highest_.disk_write}}};
  if (memory_limit_ != 0) sample.metrics.emplace("mem_limit", memory_limit_);
  samples_.push_back(std::move(sample));
}

}  // namespace fnstore::executor

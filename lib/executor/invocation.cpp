#include "fnstore/invocation.h"

#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "executor/log_capture.h"
#include "model/validation.h"

#include <utility>

namespace fnstore {

struct Invocation::Record {
  explicit Record(std::size_t log_bytes) : log(log_bytes) {}
  executor::LogCapture log;
  Stats stats;
};

Invocation::Invocation(const Call& call, int attempt, std::optional<Timestamp> deadline,
                       std::stop_token stop, std::size_t log_bytes)
    : call_(call),
      attempt_(attempt),
      deadline_(deadline),
      stop_(std::move(stop)),
      log_bytes_(log_bytes) {}

Invocation::~Invocation() = default;

void Invocation::stat(std::string_view name, std::uint64_t value) {
  Sample sample{system_clock().now(), {{std::string(name), value}}};
  validate_stats({sample});
  const std::lock_guard guard(mutex_);
  if (!record_) record_ = std::make_unique<Record>(log_bytes_);
  Stats& stats = record_->stats;
  // The clock may have been set back: a sample is never before the one it follows.
  if (!stats.empty() && sample.timestamp <= stats.back().timestamp) {
    std::map<std::string, std::uint64_t>& metrics = stats.back().metrics;
    if (metrics.size() >= limits::metrics_per_sample && !metrics.contains(std::string(name))) {
      throw Error(Errc::invalid, "stat: a sample has at most " +
                                     std::to_string(limits::metrics_per_sample) + " metrics");
    }
    metrics[std::string(name)] = value;
    return;
  }
  if (stats.size() >= 4 * limits::samples_per_call) stats = merge_samples(std::move(stats));
  stats.push_back(std::move(sample));
}

void Invocation::log(std::string_view bytes) {
  const std::lock_guard guard(mutex_);
  if (!record_) record_ = std::make_unique<Record>(log_bytes_);
  record_->log.append(bytes);
}

Stats Invocation::take_stats() {
  const std::lock_guard guard(mutex_);
  return record_ ? std::move(record_->stats) : Stats{};
}

std::optional<std::string> Invocation::take_log() {
  const std::lock_guard guard(mutex_);
  if (!record_ || record_->log.seen() == 0) return std::nullopt;
  return std::move(record_->log).finish();
}

}  // namespace fnstore

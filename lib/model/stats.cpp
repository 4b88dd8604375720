#include "fnstore/stats.h"

#include "fnstore/error.h"
#include "fnstore/limits.h"

#include <cstddef>
#include <fmt/format.h>
#include <span>
#include <utility>

namespace fnstore {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr auto window_count = static_cast<std::int64_t>(limits::samples_per_call);
static_assert(ns_per_ms % (window_count / 3) == 0 && window_count % 3 == 0);

// Equal windows from the first sample on, as wide as a whole number of nanoseconds. Widths are kept
// as milliseconds and a rest, because the years 1 to 9999 do not fit 64 bits of nanoseconds.
class Windows {
 public:
  explicit Windows(std::int64_t span_ms) {
    const std::int64_t width_ns = span_ms * (ns_per_ms / (window_count / 3)) / 3;
    whole_ms_ = width_ns / ns_per_ms;
    rest_ns_ = width_ns % ns_per_ms;
  }

  // The last millisecond, counted from the first sample, that belongs to a window.
  std::int64_t last_of(std::int64_t window) const {
    return (window + 1) * whole_ms_ + (window + 1) * rest_ns_ / ns_per_ms;
  }

 private:
  std::int64_t whole_ms_;
  std::int64_t rest_ns_;
};

Sample average(std::span<const Sample> samples) {
  Sample merged;
  merged.timestamp = samples.front().timestamp;
  for (const Sample& sample : samples) {
    for (const auto& [name, value] : sample.metrics) {
      merged.metrics[name] += value / samples.size();
    }
  }
  return merged;
}

void require_time_order(const Stats& samples) {
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples[i].timestamp < samples[i - 1].timestamp) {
      throw Error(Errc::invalid,
                  fmt::format("stats[{}] is older than the sample before it; sort samples by "
                              "timestamp",
                              i));
    }
  }
}

}  // namespace

Stats merge_samples(Stats samples) {
  require_time_order(samples);
  if (samples.size() <= limits::samples_per_call) return samples;

  const Timestamp start = samples.front().timestamp;
  const Windows windows((samples.back().timestamp - start).count());
  const std::span<const Sample> all(samples);
  Stats merged;
  // In time order no sample lies further than one window past the counted ones, so `window` takes
  // few more steps than there are windows, however far apart the samples are.
  std::int64_t window = 0;
  for (std::size_t first = 0; first < all.size();) {
    std::size_t end = first;
    if (merged.size() + 1 == limits::samples_per_call) {
      end = all.size();
    } else {
      const std::int64_t last_ms = windows.last_of(window++);
      while (end < all.size() && (all[end].timestamp - start).count() <= last_ms) ++end;
    }
    if (end > first) merged.push_back(average(all.subspan(first, end - first)));
    first = end;
  }
  return merged;
}

}  // namespace fnstore

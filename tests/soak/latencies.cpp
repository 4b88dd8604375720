#include "latencies.h"

#include <algorithm>

void Latencies::add(std::chrono::nanoseconds took) {
  const std::lock_guard lock(mutex_);
  microseconds_.push_back(std::chrono::duration<double, std::micro>(took).count());
}

Quantiles Latencies::take() {
  std::vector<double> all;
  {
    const std::lock_guard lock(mutex_);
    all.reserve(microseconds_.size());  // so that the threads do not grow it anew each time
    all.swap(microseconds_);
  }
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  return {all.size(), all[(all.size() - 1) / 2], all[(all.size() - 1) * 99 / 100]};
}

#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <vector>

/// Of durations, in microseconds.
struct Quantiles {
  std::size_t count = 0;
  double p50_us = 0;
  double p99_us = 0;
};

/// How long calls took, as many threads measure it.
class Latencies {
 public:
  void add(std::chrono::nanoseconds took);
  /// Of what was added since it was asked last.
  Quantiles take();

 private:
  std::mutex mutex_;
  std::vector<double> microseconds_;
};

/// Runs `work` and adds what it took.
template <typename Work>
void measured(Latencies& latencies, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  latencies.add(std::chrono::steady_clock::now() - start);
}

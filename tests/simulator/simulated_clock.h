#pragma once

#include "fnstore/timestamp.h"

#include <atomic>
#include <chrono>

/// A clock that stands still until it is moved, also backward. Safe for any thread.
class SimulatedClock final : public fnstore::Clock {
 public:
  fnstore::Timestamp now() const override {
    return fnstore::Timestamp(std::chrono::milliseconds(milliseconds_.load()));
  }
  void step(std::chrono::milliseconds by) { milliseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_{1'600'000'000'000};
};

#pragma once

#include "fnstore/timestamp.h"

#include <chrono>

namespace fnstore::executor {

/// Times within one run. The wall clock is read once, for the start; everything later is that plus
/// what a steady clock says, so that a duration stays right when the wall clock is set.
class RunClock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `started_at` is how the moment `begun` is recorded.
  RunClock(Timestamp started_at, TimePoint begun) : started_at_(started_at), begun_(begun) {}

  TimePoint begun() const noexcept { return begun_; }

  Timestamp at(TimePoint moment) const {
    return started_at_ + std::chrono::floor<std::chrono::milliseconds>(moment - begun_);
  }

 private:
  Timestamp started_at_;
  TimePoint begun_;
};

}  // namespace fnstore::executor

#pragma once

#include <condition_variable>
#include <mutex>

/// Holds functions up until it is opened, and counts those that came.
class Gate {
 public:
  /// Comes to the gate and waits until it is open.
  void pass() {
    std::unique_lock guard(mutex_);
    ++came_;
    changed_.notify_all();
    changed_.wait(guard, [&] { return open_; });
  }

  void open() {
    const std::lock_guard guard(mutex_);
    open_ = true;
    changed_.notify_all();
  }

  /// Returns when so many have come.
  void wait_for(int count) {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return came_ >= count; });
  }

  int came() {
    const std::lock_guard guard(mutex_);
    return came_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int came_ = 0;
};

#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

/// Lets threads work, and be halted between two rounds of their work, so that what is counted then
/// is what stays, not what one of them just uses.
class Gate {
 public:
  /// Waits while the gate is closed.
  void enter();
  void leave();
  /// Returns when nobody is inside.
  void close();
  void open();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t inside_ = 0;
  bool closed_ = false;
};

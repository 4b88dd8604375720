#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace fnstore::sqlite {

/// A mutex that serves waiters in the order they came, so that packing and checkpoints get their
/// turn between a stream of commits.
class TicketMutex {
 public:
  void lock() {
    std::unique_lock guard(mutex_);
    const std::uint64_t ticket = next_ticket_++;
    turn_.wait(guard, [&] { return serving_ == ticket; });
  }
  void unlock() {
    {
      const std::lock_guard guard(mutex_);
      ++serving_;
    }
    turn_.notify_all();
  }

  /// Whether anybody waits for whoever holds it now.
  bool awaited() const {
    const std::lock_guard guard(mutex_);
    return next_ticket_ - serving_ > 1;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable turn_;
  std::uint64_t next_ticket_ = 0;
  std::uint64_t serving_ = 0;
};

}  // namespace fnstore::sqlite

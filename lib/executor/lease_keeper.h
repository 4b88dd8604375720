#pragma once

#include "fnstore/queue.h"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

namespace fnstore::executor {

/// Renews a worker's lease from a thread of its own for as long as it lives, and tells when all
/// that the worker held was taken from it: cancelled, or the lease had run out. A store that fails
/// meanwhile is tried again.
class LeaseKeeper {
 public:
  /// `taken` is called once at most, from the thread, and must not throw. `queue` must outlive it.
  LeaseKeeper(Queue& queue, const Worker& worker, std::function<void()> taken);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

 private:
  void run();
  bool is_taken(bool renew);

  Queue& queue_;
  const Worker worker_;
  const std::function<void()> taken_;
  std::unique_ptr<QueueWatch> watch_;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

}  // namespace fnstore::executor

#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

/// Threads that start at one moment. What one of them throws comes back from join(). Assertions
/// belong after join(): Catch2 takes them from one thread only.
class Crew {
 public:
  Crew() = default;
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() { stop_and_wait(); }

  /// Adds a thread; it waits for start().
  template <typename Work>
  void add(Work work) {
    threads_.emplace_back([this, work] {
      started_.wait(false);
      try {
        work();
      } catch (...) {
        stop_ = true;
        const std::lock_guard guard(mutex_);
        if (!failure_) failure_ = std::current_exception();
      }
    });
  }

  void start() {
    started_ = true;
    started_.notify_all();
  }

  /// For threads that go on until they are told to stop, or one of them failed.
  bool stopping() const { return stop_; }
  void stop() { stop_ = true; }

  void join() {
    start();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void stop_and_wait() {
    stop_ = true;
    start();
    for (std::thread& thread : threads_) thread.join();
  }

  std::vector<std::thread> threads_;
  std::atomic<bool> started_{false};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

/// Runs work(0), work(1), ... in threads of their own, all at once, to their end.
template <typename Work>
void run_together(std::size_t threads, Work work) {
  Crew crew;
  for (std::size_t i = 0; i < threads; ++i) crew.add([work, i] { work(i); });
  crew.join();
}

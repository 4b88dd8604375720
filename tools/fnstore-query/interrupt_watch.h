#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace fnstore::query {

/// While it lives, Ctrl-C (SIGINT) requests a stop instead of ending the process; when that has
/// not ended the work within a second, such as a write nobody reads, it ends the process with
/// exit_status::interrupted. One at a time, made before any other thread is started.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  void watch();

  std::stop_source stop_;
  int signals_ = -1;  // readable when SIGINT came
  int ended_ = -1;    // readable when the watch is to end
  std::thread thread_;
};

}  // namespace fnstore::query

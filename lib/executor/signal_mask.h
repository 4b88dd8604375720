#pragma once

#include <csignal>

namespace fnstore::executor {

/// While it lives, this thread gets neither SIGPIPE (writes fail with EPIPE instead) nor SIGTTOU
/// (it may write to and rearrange a terminal that is lent to a command). Destroy it on the thread
/// that made it.
class SignalMask {
 public:
  SignalMask() noexcept;
  ~SignalMask();
  SignalMask(const SignalMask&) = delete;
  SignalMask& operator=(const SignalMask&) = delete;

 private:
  sigset_t before_;
  bool pipe_was_pending_;
};

}  // namespace fnstore::executor

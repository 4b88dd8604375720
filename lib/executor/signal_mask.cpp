#include "executor/signal_mask.h"

#include <ctime>

namespace fnstore::executor {
namespace {

bool is_pending(int signal) noexcept {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, signal) == 1;
}

}  // namespace

SignalMask::SignalMask() noexcept : pipe_was_pending_(is_pending(SIGPIPE)) {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGPIPE);
  ::sigaddset(&blocked, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
}

SignalMask::~SignalMask() {
  if (!pipe_was_pending_ && ::sigismember(&before_, SIGPIPE) == 0) {
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    const timespec at_once = {};
    while (is_pending(SIGPIPE) && ::sigtimedwait(&pipe, nullptr, &at_once) > 0) continue;
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace fnstore::executor

#include "process_setup.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace fnstore::run {

bool fill_standard_descriptors() noexcept {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    const bool is_closed = ::fcntl(descriptor, F_GETFD) < 0;
    if (is_closed && ::open("/dev/null", O_RDWR) != descriptor) return false;
  }
  return true;
}

void block_write_signals() noexcept {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGPIPE);
  ::sigaddset(&blocked, SIGXFSZ);
  ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
}

void die_of_interrupt_at_terminal() noexcept {
  const int terminal = ::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (terminal < 0) return;
  const bool is_foreground = ::tcgetpgrp(terminal) == ::getpgrp();
  ::close(terminal);
  if (!is_foreground) return;
  std::signal(SIGINT, SIG_DFL);
  std::raise(SIGINT);
}

}  // namespace fnstore::run

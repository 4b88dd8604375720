#include "executor/terminal.h"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace fnstore::executor {

Terminal::Terminal() noexcept
    : terminal_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}

void Terminal::on_stop(const ProcessGroup& command, int signal) {
  const bool wants_terminal = signal == SIGTTIN || signal == SIGTTOU;
  // Anything else is somebody's kill -STOP, who will continue it as well.
  if (!terminal_ || (!wants_terminal && signal != SIGTSTP)) return;
  if (wants_terminal && is_ours()) {
    lend(command);
    command.send_only(SIGCONT);
    return;
  }
  const bool had_terminal = lent_;
  take_back();
  const bool continued = stop_ourselves(wants_terminal ? SIGTTIN : SIGTSTP);
  if (is_ours() && (had_terminal || wants_terminal)) {
    lend(command);
  } else if (!continued && wants_terminal) {
    // It would stop again at once. The kernel does the same to a stopped group nobody looks after.
    command.send_only(SIGHUP);
  }
  command.send_only(SIGCONT);
}

void Terminal::take_back() noexcept {
  if (!lent_) return;
  ::tcsetpgrp(terminal_.get(), ::getpgrp());
  lent_ = false;
}

bool Terminal::is_ours() const noexcept {
  return ::tcgetpgrp(terminal_.get()) == ::getpgrp();
}

void Terminal::lend(const ProcessGroup& command) noexcept {
  lent_ = ::tcsetpgrp(terminal_.get(), command.leader()) == 0;
}

bool Terminal::stop_ourselves(int signal) noexcept {
  using std::chrono::steady_clock;
  constexpr std::chrono::milliseconds surely_stopped{5};
  const auto before = steady_clock::now();
  ::kill(0, signal);
  return steady_clock::now() - before > surely_stopped;
}

}  // namespace fnstore::executor

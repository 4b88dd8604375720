#include "ending_signals.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <unistd.h>

namespace fnstore::run {
namespace {

sigset_t ending_signals() noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

const int woken = SIGUSR2;

void block_ending_signals() noexcept {
  const sigset_t set = ending_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

int wait_for_signal(int most_ms) noexcept {
  const sigset_t set = ending_signals();
  while (true) {
    const timespec most{.tv_sec = most_ms / 1'000, .tv_nsec = most_ms % 1'000 * 1'000'000L};
    siginfo_t from{};
    const int signal =
        most_ms < 0 ? ::sigwaitinfo(&set, &from) : ::sigtimedwait(&set, &from, &most);
    if (signal == woken && from.si_pid != ::getpid()) continue;  // sent by another process
    if (signal > 0) return signal;
    if (errno != EINTR) return 0;
  }
}

void wake_main() noexcept {
  ::kill(::getpid(), woken);
}

}  // namespace fnstore::run

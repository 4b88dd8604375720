#include "interrupt_watch.h"

#include "failure.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>

namespace fnstore::query {
namespace {

constexpr int patience_ms = 1'000;

sigset_t interrupt_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

InterruptWatch::InterruptWatch() {
  const sigset_t set = interrupt_signal();
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  ended_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || ended_ < 0) throw std::system_error(errno, std::generic_category());
  // Threads made from here on do not take the signal either, so that it stays for the watch.
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { watch(); });
}

InterruptWatch::~InterruptWatch() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(ended_, &one, sizeof one);
  thread_.join();
  const sigset_t set = interrupt_signal();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::close(signals_);
  ::close(ended_);
}

void InterruptWatch::watch() {
  std::array<pollfd, 2> either{{{ended_, POLLIN, 0}, {signals_, POLLIN, 0}}};
  while (::poll(either.data(), either.size(), -1) < 0 && errno == EINTR) continue;
  if (either[0].revents != 0) return;
  signalfd_siginfo taken{};  // or it would come again once it is let through
  [[maybe_unused]] const ssize_t size = ::read(signals_, &taken, sizeof taken);
  stop_.request_stop();
  pollfd ended{ended_, POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&ended, 1, patience_ms)) < 0 && errno == EINTR) continue;
  if (ready == 0) ::_exit(exit_status::interrupted);
}

}  // namespace fnstore::query

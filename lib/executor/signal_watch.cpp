#include "executor/signal_watch.h"

#include "fnstore/error.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace fnstore::executor {
namespace {

constexpr std::array watched_signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
constexpr std::size_t max_watches = 256;

// Read by the handler, which may run on any thread at any time: lock-free atomics only.
std::array<std::atomic<int>, max_watches> write_ends;  // descriptor + 1; 0: free
std::atomic<int> handlers_running{0};

// Written under the mutex, and only while no handler of ours is installed.
std::mutex watches_mutex;
std::size_t watch_count = 0;
std::array<struct sigaction, watched_signals.size()> previous_actions;

void run_previous_handler(int signal, siginfo_t* details, void* context) {
  for (std::size_t i = 0; i < watched_signals.size(); ++i) {
    if (watched_signals[i] != signal) continue;
    const struct sigaction& previous = previous_actions[i];
    if ((previous.sa_flags & SA_SIGINFO) != 0) {
      previous.sa_sigaction(signal, details, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
      previous.sa_handler(signal);
    }
  }
}

void on_signal(int signal, siginfo_t* details, void* context) {
  const int saved_errno = errno;
  handlers_running.fetch_add(1);
  const auto byte = static_cast<unsigned char>(signal);
  for (const std::atomic<int>& end : write_ends) {
    const int descriptor = end.load() - 1;
    // A full pipe holds thousands of signals nobody took: one more says nothing new.
    if (descriptor >= 0 && ::write(descriptor, &byte, 1) < 0) continue;
  }
  run_previous_handler(signal, details, context);
  handlers_running.fetch_sub(1);
  errno = saved_errno;
}

bool is_ours(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_signal;
}

bool is_ignored(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
}

void install_handlers() {
  for (std::size_t i = 0; i < watched_signals.size(); ++i) {
    ::sigaction(watched_signals[i], nullptr, &previous_actions[i]);
    // An ignored SIGCHLD would make the kernel throw away how a child ended.
    if (is_ignored(previous_actions[i]) && watched_signals[i] != SIGCHLD) continue;
    struct sigaction action = {};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigfillset(&action.sa_mask);
    ::sigaction(watched_signals[i], &action, nullptr);
  }
}

void restore_handlers() {
  for (std::size_t i = 0; i < watched_signals.size(); ++i) {
    struct sigaction current = {};
    ::sigaction(watched_signals[i], nullptr, &current);
    if (is_ours(current)) ::sigaction(watched_signals[i], &previous_actions[i], nullptr);
  }
}

/// Stands in the pipe for a request that no signal brought.
constexpr unsigned char no_signal = 0;

}  // namespace

void SignalWatch::ask_to_end() noexcept {
  [[maybe_unused]] const ssize_t written = ::write(pipe_.write.get(), &no_signal, 1);
}

SignalWatch::SignalWatch() : pipe_(open_pipe()), slot_(0) {
  set_nonblocking(pipe_.read);
  set_nonblocking(pipe_.write);
  const std::lock_guard lock{watches_mutex};
  while (slot_ < max_watches && write_ends[slot_].load() != 0) ++slot_;
  if (slot_ == max_watches) {
    throw Error(Errc::unsupported, "more than " + std::to_string(max_watches) +
                                       " commands at once; wait for some to end");
  }
  write_ends[slot_].store(pipe_.write.get() + 1);
  if (watch_count++ == 0) install_handlers();
}

SignalWatch::~SignalWatch() {
  const std::lock_guard lock{watches_mutex};
  if (--watch_count == 0) restore_handlers();
  write_ends[slot_].store(0);
  // A handler on another thread may have read the descriptor just before: it must not write into
  // whatever gets that number next.
  while (handlers_running.load() != 0) std::this_thread::yield();
}

std::optional<EndRequest> SignalWatch::take() noexcept {
  unsigned char signal = 0;
  while (::read(pipe_.read.get(), &signal, 1) == 1) {
    if (signal == SIGCHLD) continue;
    if (signal == no_signal) return EndRequest{};
    return EndRequest{.cause = Ending::Cause::signal_to_us, .signal = signal};
  }
  return std::nullopt;
}

}  // namespace fnstore::executor

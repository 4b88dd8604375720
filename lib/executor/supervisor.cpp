#include "executor/supervisor.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <utility>

namespace fnstore::executor {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long after SIGKILL a process may take to go (one in the middle of disk I/O does not at
/// once) before the call is recorded without it.
constexpr milliseconds kill_patience{1'000};

/// How long processes left behind may still add to the output of a command that has ended.
constexpr milliseconds drain_patience{100};

/// How long after exec to look at the leader's memory again; then after twice the time, and so on.
constexpr milliseconds settling_time{10};

/// How often to look where the kernel cannot tell us (no pidfd).
constexpr milliseconds blind_interval{20};

timespec until(steady_clock::time_point moment) {
  const auto left = std::max(moment - steady_clock::now(), steady_clock::duration::zero());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  return {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
}

}  // namespace

Supervisor::Supervisor(SpawnedProcess process, StatsSampler sampler, const Limits& limits,
                       const RunClock& clock, CommandStreams& streams, EndRequests& requests,
                       Terminal* terminal)
    : process_(std::move(process)),
      group_(process_.pid),
      sampler_(std::move(sampler)),
      limits_(limits),
      clock_(clock),
      streams_(streams),
      requests_(requests),
      terminal_(terminal),
      look_delay_(settling_time),
      next_sample_(clock.begun() + limits.sample_interval) {}

Supervisor::~Supervisor() {
  if (waited_for_) return;
  group_.send(SIGKILL);
  while (::waitpid(process_.pid, nullptr, 0) < 0 && errno == EINTR) continue;
}

Ending Supervisor::run() {
  look_at_leader();
  while (!is_over()) {
    wait_for_events();
    heed_requests();
    streams_.pump();
    check_leader();
    act_on_time();
  }
  if (terminal_ != nullptr) terminal_->take_back();
  streams_.drain(drain_patience);
  return reap();
}

bool Supervisor::is_over() {
  if (!leader_ended_) return false;
  if (!kill_at_) return true;
  if (give_up_at_ && steady_clock::now() >= *give_up_at_) return true;
  if (const pid_t alive = group_.any_alive(); alive != 0) {
    straggler_ = open_process(alive);
    return false;
  }
  // For those that /proc hides from us, and those born while we looked.
  group_.send(SIGKILL);
  return true;
}

void Supervisor::wait_for_events() {
  const int process = leader_ended_ ? straggler_.get() : process_.pidfd.get();
  queries_.clear();
  queries_.push_back({.fd = process, .events = POLLIN, .revents = 0});
  queries_.push_back({.fd = requests_.descriptor(), .events = POLLIN, .revents = 0});
  streams_.add_events(queries_);
  std::optional<TimePoint> end = next_event();
  if (process < 0) {
    const TimePoint look_again = steady_clock::now() + blind_interval;
    end = end ? std::min(*end, look_again) : look_again;
  }
  const timespec timeout = end ? until(*end) : timespec{};
  // EINTR is as good as an event: everything is looked at anyway.
  ::ppoll(queries_.data(), queries_.size(), end ? &timeout : nullptr, nullptr);
}

std::optional<Supervisor::TimePoint> Supervisor::next_event() const {
  std::optional<TimePoint> next;
  const auto consider = [&](const std::optional<TimePoint>& moment) {
    if (moment && (!next || *moment < *next)) next = moment;
  };
  if (!leader_ended_) {
    consider(look_again_);
    consider(next_sample_);
  }
  if (give_up_at_) {
    if (leader_ended_) consider(give_up_at_);
  } else {
    consider(kill_at_ ? kill_at_ : limits_.deadline);
  }
  return next;
}

void Supervisor::heed_requests() {
  while (const std::optional<EndRequest> request = requests_.take()) {
    if (kill_at_) {
      group_.send(request->signal);
      continue;
    }
    if (request->cause == Ending::Cause::client_request) {
      check_leader();
      if (leader_ended_) continue;
    }
    ending_.signal_to_us = request->signal;
    end_group(request->cause, request->signal);
  }
}

void Supervisor::check_leader() {
  if (leader_ended_) return;
  siginfo_t state = {};
  // Not waited for yet: as a zombie it keeps its number, and with it the group's, from being
  // given to somebody else.
  const int failed =
      ::waitid(P_PID, static_cast<id_t>(process_.pid), &state, WEXITED | WNOHANG | WNOWAIT);
  if (failed != 0 ? errno == ECHILD : state.si_pid == process_.pid) {
    leader_ended_ = steady_clock::now();
    return;
  }
  state = {};
  if (::waitid(P_PID, static_cast<id_t>(process_.pid), &state, WSTOPPED | WNOHANG) == 0 &&
      state.si_pid == process_.pid && terminal_ != nullptr) {
    terminal_->on_stop(group_, state.si_status);
  }
}

void Supervisor::act_on_time() {
  const TimePoint now = steady_clock::now();
  if (look_again_ && now >= *look_again_) look_at_leader();
  if (!leader_ended_ && now >= next_sample_) {
    sampler_.sample(clock_.at(now));
    look_again_.reset();
    next_sample_ += limits_.sample_interval;
    if (next_sample_ <= now) next_sample_ = now + limits_.sample_interval;
  }
  if (!kill_at_) {
    const bool is_late = !leader_ended_ && limits_.deadline && now >= *limits_.deadline;
    if (is_late) end_group(Ending::Cause::timeout, SIGTERM);
  } else if (!give_up_at_ && now >= *kill_at_) {
    group_.send(SIGKILL);
    ending_.killed = true;
    give_up_at_ = now + kill_patience;
  }
}

void Supervisor::look_at_leader() {
  look_again_.reset();
  if (leader_ended_ || sampler_.look_at_leader()) return;
  look_again_ = steady_clock::now() + look_delay_;
  look_delay_ *= 2;
}

void Supervisor::end_group(Ending::Cause cause, int signal) {
  ending_.cause = cause;
  group_.send(signal);
  kill_at_ = steady_clock::now() + limits_.grace;
}

Ending Supervisor::reap() {
  int status = 0;
  rusage used = {};
  pid_t waited = 0;
  do {
    waited = ::wait4(process_.pid, &status, 0, &used);
  } while (waited < 0 && errno == EINTR);
  waited_for_ = true;
  if (waited == process_.pid) ending_.wait_status = status;
  ending_.at = clock_.at(leader_ended_.value_or(steady_clock::now()));
  ending_.stats = std::move(sampler_).finish(ending_.at, used);
  return std::move(ending_);
}

}  // namespace fnstore::executor

#pragma once

#include "fnstore/executor.h"

#include "executor/process_group.h"
#include "executor/run_clock.h"
#include "executor/signal_watch.h"
#include "executor/spawn.h"
#include "executor/stats_sampler.h"
#include "executor/stderr_stream.h"
#include "executor/terminal.h"

#include <chrono>
#include <optional>

namespace fnstore::executor {

/// How a command ended, as far as the kernel and the supervisor know.
struct Ending {
  enum class Cause { by_itself, timeout, signal_to_us };
  Cause cause = Cause::by_itself;
  int signal_to_us = 0;            ///< the first, with that cause
  bool killed = false;             ///< SIGKILL was needed after the grace
  std::optional<int> wait_status;  ///< as waitpid gives it; none when somebody else waited for it
  Timestamp at{};
  Stats stats;
};

/// Stays with one command until it has ended: passes its stderr on, samples its stats, forwards
/// the signals that ask this process to end, shares the terminal, and ends the whole group at the
/// timeout or after a forwarded signal. When the command ends by itself, processes it left in the
/// background are let be. Sleeps in poll; wakes for events and once per sample.
class Supervisor {
 public:
  struct Limits {
    std::optional<std::chrono::steady_clock::time_point> deadline;
    std::chrono::milliseconds grace;
    std::chrono::milliseconds sample_interval;
  };

  /// Keeps references to the last three; they must outlive it.
  Supervisor(SpawnedProcess process, StatsSampler sampler, const Limits& limits,
             const RunClock& clock, StderrStream& errors, SignalWatch& signals);

  /// Returns when the command has ended and has been waited for. To be called once.
  Ending run();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  bool is_over();
  void wait_for_events();
  std::optional<TimePoint> next_event() const;
  void forward_signals();
  void check_leader();
  void act_on_time();
  void look_at_leader();
  void end_group(Ending::Cause cause, int signal);
  Ending reap();

  SpawnedProcess process_;
  ProcessGroup group_;
  StatsSampler sampler_;
  Limits limits_;
  const RunClock& clock_;
  StderrStream& errors_;
  SignalWatch& signals_;
  Terminal terminal_;

  Ending ending_;
  std::optional<TimePoint> look_again_;  ///< at the leader's memory, while it is not known
  std::chrono::milliseconds look_delay_;
  TimePoint next_sample_;
  std::optional<TimePoint> kill_at_;     ///< set while the group is being ended
  std::optional<TimePoint> give_up_at_;  ///< set when SIGKILL has been sent
  std::optional<TimePoint> leader_ended_;
  FileDescriptor straggler_;  ///< of the group, when the leader has ended before it
};

}  // namespace fnstore::executor

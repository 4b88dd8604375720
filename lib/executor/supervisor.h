#pragma once

#include "executor/command_streams.h"
#include "executor/end_requests.h"
#include "executor/ending.h"
#include "executor/process_group.h"
#include "executor/run_clock.h"
#include "executor/spawn.h"
#include "executor/stats_sampler.h"
#include "executor/terminal.h"

#include <chrono>
#include <optional>
#include <poll.h>
#include <vector>

namespace fnstore::executor {

/// Stays with one command until it has ended: keeps its streams moving, samples its stats, shares
/// the terminal if there is one to share, and ends the whole group at the timeout or on request.
/// When the command ends by itself, processes it left in the background are let be. Sleeps in
/// poll; wakes for events and once per sample.
class Supervisor {
 public:
  struct Limits {
    std::optional<std::chrono::steady_clock::time_point> deadline;
    std::chrono::milliseconds grace;
    std::chrono::milliseconds sample_interval;
  };

  /// The last four must outlive it; `terminal` may be null.
  Supervisor(SpawnedProcess process, StatsSampler sampler, const Limits& limits,
             const RunClock& clock, CommandStreams& streams, EndRequests& requests,
             Terminal* terminal);

  /// When run() has not brought the command to its end: kills the group and waits for the leader.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Returns when the command has ended and has been waited for. To be called once.
  Ending run();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  bool is_over();
  void wait_for_events();
  std::optional<TimePoint> next_event() const;
  void heed_requests();
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
  CommandStreams& streams_;
  EndRequests& requests_;
  Terminal* terminal_;

  Ending ending_;
  bool waited_for_ = false;
  std::vector<pollfd> queries_;          ///< a member to keep its memory
  std::optional<TimePoint> look_again_;  ///< at the leader's memory, while it is not known
  std::chrono::milliseconds look_delay_;
  TimePoint next_sample_;
  std::optional<TimePoint> kill_at_;     ///< set while the group is being ended
  std::optional<TimePoint> give_up_at_;  ///< set when SIGKILL has been sent
  std::optional<TimePoint> leader_ended_;
  FileDescriptor straggler_;  ///< of the group, when the leader has ended before it
};

}  // namespace fnstore::executor

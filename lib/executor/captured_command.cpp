#include "executor/captured_command.h"

#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "executor/captured_streams.h"
#include "executor/command_check.h"
#include "executor/run_clock.h"
#include "executor/signal_mask.h"
#include "executor/spawn.h"
#include "executor/stop_watch.h"
#include "executor/supervisor.h"
#include "executor/verdict.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>

namespace fnstore::executor {
namespace {

using std::chrono::steady_clock;

/// What a queued call may return is held to what it may be given.
constexpr std::size_t most_output = limits::payload_bytes;

/// One run on this thread.
class CapturedRun {
 public:
  CapturedRun(const CapturedCommand& command, const std::stop_token& stop)
      : command_(command), stop_(stop), streams_(command) {}

  CapturedResult operator()(const std::function<void()>& started);

 private:
  SpawnPlan plan() const;
  Ending supervise(SpawnedProcess process, const RunClock& clock,
                   const std::function<void()>& started);
  void record(Verdict verdict, Timestamp completed_at);

  const CapturedCommand& command_;
  SignalMask mask_;
  StopWatch stop_;
  CapturedStreams streams_;
  CapturedResult result_;
};

CapturedResult CapturedRun::operator()(const std::function<void()>& started) {
  const RunClock clock{system_clock().now(), steady_clock::now()};
  result_.started_at = clock.at(clock.begun());
  if (const std::optional<EndRequest> request = stop_.take()) {
    record(verdict_before_start(*request), result_.started_at);
    return std::move(result_);
  }
  const SpawnPlan plan = this->plan();
  std::variant<SpawnedProcess, SpawnFailure> spawned = spawn(plan);
  streams_.close_command_ends();
  if (const auto* failure = std::get_if<SpawnFailure>(&spawned)) {
    if (failure->step == SpawnFailure::Step::fork && failure->error == EMFILE) {
      throw Error(Errc::io, std::string{"cannot make a pipe: "} + std::strerror(EMFILE));
    }
    record(verdict_on(*failure, plan), clock.at(steady_clock::now()));
    return std::move(result_);
  }
  Ending ending = supervise(std::get<SpawnedProcess>(std::move(spawned)), clock, started);
  record(verdict_on(ending, command_.timeout), ending.at);
  result_.stats = std::move(ending.stats);
  streams_.hand_over(result_);
  return std::move(result_);
}

SpawnPlan CapturedRun::plan() const {
  std::optional<Timestamp> deadline;
  if (command_.timeout.count() > 0) deadline = result_.started_at + command_.timeout;
  SpawnPlan plan{.argv = command_.argv,
                 .environment = command_environment(command_.environment, command_.call,
                                                    command_.attempt, deadline),
                 .memory = memory_bytes(command_.memory),
                 .isolated = true};
  streams_.connect(plan);
  return plan;
}

Ending CapturedRun::supervise(SpawnedProcess process, const RunClock& clock,
                              const std::function<void()>& started) {
  const StatsSampler sampler{process.pid, memory_bytes(command_.memory),
                             process.memory_before_exec};
  Supervisor::Limits limits{
      .deadline = {}, .grace = command_.grace, .sample_interval = command_.sample_interval};
  if (command_.timeout.count() > 0) limits.deadline = clock.begun() + command_.timeout;
  Supervisor supervisor{std::move(process), sampler, limits, clock, streams_, stop_, nullptr};
  if (started) started();
  return supervisor.run();
}

void CapturedRun::record(Verdict verdict, Timestamp completed_at) {
  result_.status = verdict.status;
  result_.error = std::move(verdict.error);
  result_.exit_status = verdict.exit_status;
  result_.completed_at = completed_at;
}

}  // namespace

void check_captured(const CapturedCommand& command) {
  check_terms({.argv = command.argv,
               .environment = command.environment,
               .timeout = command.timeout,
               .memory = command.memory,
               .log_bytes = command.log_bytes,
               .grace = command.grace,
               .sample_interval = command.sample_interval});
  const auto check_size = [](const char* name, std::size_t bytes, std::size_t most) {
    if (bytes > most) {
      throw Error(Errc::invalid, std::string{name} + ' ' + std::to_string(bytes) +
                                     " is more than " + std::to_string(most));
    }
  };
  check_size("the payload in bytes,", command.payload.size(), limits::payload_bytes);
  check_size("output_bytes", command.output_bytes, most_output);
  if (command.attempt < 1) {
    throw Error(Errc::invalid, "attempt " + std::to_string(command.attempt) + " is less than 1");
  }
}

CapturedResult run_captured(const CapturedCommand& command, const std::stop_token& stop,
                            const std::function<void()>& started) {
  check_captured(command);
  return CapturedRun{command, stop}(started);
}

}  // namespace fnstore::executor

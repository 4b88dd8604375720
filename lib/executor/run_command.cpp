#include "fnstore/call_id.h"
#include "fnstore/executor.h"
#include "fnstore/queue.h"

#include "executor/command_check.h"
#include "executor/lease_keeper.h"
#include "executor/run_clock.h"
#include "executor/signal_mask.h"
#include "executor/signal_watch.h"
#include "executor/spawn.h"
#include "executor/stderr_stream.h"
#include "executor/supervisor.h"
#include "executor/terminal.h"
#include "executor/verdict.h"

#include <unistd.h>
#include <utility>
#include <variant>

namespace fnstore {
namespace {

using executor::Ending;
using executor::RunClock;
using executor::SpawnedProcess;
using executor::SpawnFailure;
using executor::SpawnPlan;
using executor::StderrStream;
using executor::Verdict;
using std::chrono::steady_clock;

constexpr int only_attempt = 1;
constexpr std::chrono::milliseconds lease{10'000};  // how soon a call whose process dies is lost

void check(const CommandRequest& request, const CommandOptions& options) {
  executor::check_terms({.argv = request.argv,
                         .environment = request.environment,
                         .timeout = request.timeout,
                         .memory = request.memory,
                         .log_bytes = options.log_bytes,
                         .grace = options.grace,
                         .sample_interval = options.sample_interval});
}

Call running_call(const CommandRequest& request) {
  Call call;
  call.id = new_call_id();
  call.fn_id = request.fn_id;
  call.app_id = request.app_id;
  call.type = CallType::sync;
  call.status = Status::running;
  call.created_at = system_clock().now();
  call.started_at = call.created_at;
  call.timeout = static_cast<std::int32_t>(request.timeout.count());
  call.memory = request.memory;
  return call;
}

/// One run, from a call that is recorded as running to one that is recorded as ended.
class Run {
 public:
  Run(Store& store, const CommandRequest& request, const CommandOptions& options)
      : store_(store),
        queue_(store),
        worker_(Queue::new_worker(lease)),
        request_(request),
        options_(options),
        call_(running_call(request)),
        errors_(options.log_bytes, STDERR_FILENO) {}

  CommandResult operator()() {
    insert();
    const Verdict verdict = run_leased();
    try {
      record(verdict);
    } catch (...) {
      errors_.flush(signals_);
      throw;
    }
    errors_.flush(signals_);
    return {std::move(call_), verdict.exit_status, verdict.ended_by};
  }

 private:
  void insert();
  Verdict run_leased();
  Verdict run();
  SpawnPlan plan() const;
  Verdict supervise(SpawnedProcess process, const RunClock& clock);
  void record(const Verdict& verdict);
  void settle(const Settlement& end);
  [[noreturn]] void fail_to_record(const Verdict& verdict, const Error& error) const;

  Store& store_;
  Queue queue_;
  const Worker worker_;
  const CommandRequest& request_;
  const CommandOptions& options_;
  Call call_;
  executor::SignalMask mask_;
  executor::SignalWatch signals_;
  StderrStream errors_;
};

void Run::insert() {
  try {
    queue_.hold(worker_, call_);
  } catch (const Error& error) {
    throw Error(error.code(), std::string{"the command was not run: "} + error.what());
  }
}

Verdict Run::run_leased() {
  const executor::LeaseKeeper keeper(queue_, worker_, [this] { signals_.ask_to_end(); });
  return run();
}

Verdict Run::run() {
  if (const std::optional<executor::EndRequest> request = signals_.take()) {
    call_.completed_at = call_.started_at;
    return executor::verdict_before_start(*request);
  }
  const SpawnPlan plan = this->plan();
  const RunClock clock{*call_.started_at, steady_clock::now()};
  std::variant<SpawnedProcess, SpawnFailure> spawned = executor::spawn(plan);
  errors_.close_command_end();
  if (const auto* failure = std::get_if<SpawnFailure>(&spawned)) {
    call_.completed_at = clock.at(steady_clock::now());
    return executor::verdict_on(*failure, plan);
  }
  return supervise(std::get<SpawnedProcess>(std::move(spawned)), clock);
}

SpawnPlan Run::plan() const {
  std::optional<Timestamp> deadline;
  if (request_.timeout.count() > 0) deadline = system_clock().now() + request_.timeout;
  return {.argv = request_.argv,
          .environment = executor::command_environment(request_.environment, call_.key(),
                                                       only_attempt, deadline),
          .memory = executor::memory_bytes(request_.memory),
          .stderr_descriptor = errors_.command_end()};
}

Verdict Run::supervise(SpawnedProcess process, const RunClock& clock) {
  executor::StatsSampler sampler{process.pid, executor::memory_bytes(request_.memory),
                                 process.memory_before_exec};
  executor::Supervisor::Limits limits{
      .deadline = {}, .grace = options_.grace, .sample_interval = options_.sample_interval};
  if (request_.timeout.count() > 0) limits.deadline = clock.begun() + request_.timeout;
  executor::Terminal terminal;
  executor::Supervisor supervisor{std::move(process), std::move(sampler), limits, clock, errors_,
                                  signals_,           &terminal};
  Ending ending = supervisor.run();
  call_.completed_at = ending.at;
  call_.stats = std::move(ending.stats);
  return executor::verdict_on(ending, request_.timeout);
}

/// Records the end together with the log. A log that cannot be written does not keep the end from
/// being recorded. A call that was taken from us meanwhile stays as that left it.
void Run::record(const Verdict& verdict) {
  Settlement end{.step = {.to = verdict.status,
                          .at = call_.completed_at,
                          .error = verdict.error,
                          .stats = std::move(call_.stats)}};
  std::string log = errors_.take_log();
  const std::size_t log_bytes = log.size();
  if (!log.empty()) end.log = std::move(log);
  std::optional<Error> log_failure;
  try {
    settle(end);
    return;
  } catch (const Error& error) {
    if (!end.log) fail_to_record(verdict, error);
    log_failure = error;
  }
  end.log.reset();
  try {
    settle(end);
  } catch (const Error& error) {
    fail_to_record(verdict, error);
  }
  throw Error(log_failure->code(),
              "call " + call_.id + " of " + call_.fn_id + " is recorded, but not its log of " +
                  std::to_string(log_bytes) + " bytes: " + log_failure->what());
}

void Run::settle(const Settlement& end) {
  try {
    call_ = queue_.settle(worker_, call_.key(), only_attempt, end);
  } catch (const Error& error) {
    if (error.code() != Errc::conflict) throw;
    call_ = store_.get(call_.key());
  }
}

void Run::fail_to_record(const Verdict& verdict, const Error& error) const {
  const auto took = *call_.completed_at - *call_.started_at;
  throw Error(error.code(), "the command ended (" + std::string{to_string(verdict.status)} +
                                (verdict.error.empty() ? "" : ", " + verdict.error) + ", after " +
                                std::to_string(took.count()) + " ms) but call " + call_.id +
                                " of " + call_.fn_id +
                                " is still recorded as running: " + error.what());
}

}  // namespace

CommandResult run_command(Store& store, const CommandRequest& request,
                          const CommandOptions& options) {
  check(request, options);
  Run run{store, request, options};
  return run();
}

}  // namespace fnstore

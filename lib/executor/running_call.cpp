#include "executor/running_call.h"

#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "executor/captured_command.h"
#include "executor/run_clock.h"

#include <exception>
#include <utility>

namespace fnstore::executor {
namespace {

using std::chrono::steady_clock;

/// What a function threw, as an error may hold it: UTF-8 within the limit, and never empty.
std::string error_text(std::string text) {
  if (text.empty()) return "the function threw an exception without a message";
  if (text.size() > limits::error_bytes) {
    text.resize(limits::error_bytes);
    for (int cut = 0; cut < 3 && !is_valid_utf8(text); ++cut) text.pop_back();
  }
  if (is_valid_utf8(text)) return text;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80U) c = '?';
  }
  return text;
}

std::string what_was_thrown() {
  try {
    throw;
  } catch (const std::exception& failure) {
    return error_text(failure.what());
  } catch (...) {
    return "the function threw something that is no std::exception";
  }
}

}  // namespace

RunningCall::RunningCall(Call call, int attempt, BindingPointer binding)
    : call_(std::move(call)), attempt_(attempt), binding_(std::move(binding)) {}

void RunningCall::ask_to_stop(StopCause cause) {
  StopCause none = StopCause::none;
  if (!cause_.compare_exchange_strong(none, cause)) return;
  stop_.request_stop();
}

std::optional<RunningCall::TimePoint> RunningCall::deadline() const noexcept {
  const std::int64_t nanoseconds = deadline_ns_.load();
  if (nanoseconds == 0) return std::nullopt;
  return TimePoint(std::chrono::nanoseconds(nanoseconds));
}

void RunningCall::fail(std::string error) {
  settlement_.step.to = Status::error;
  settlement_.step.error = std::move(error);
  settlement_.result.reset();
}

void RunningCall::tell(const std::vector<Listener>& listeners,
                       std::function<void(const Call&)> Listener::*when, const Call& call) {
  for (const Listener& listener : listeners) {
    if (!(listener.*when)) continue;
    try {
      (listener.*when)(call);
    } catch (...) {
      notes_ += "[fnstore: a listener failed: " + what_was_thrown() + "]\n";
    }
  }
}

bool RunningCall::claim_record() noexcept {
  int nobody = 0;
  return record_.compare_exchange_strong(nobody, 1);
}

void RunningCall::recorded() noexcept {
  record_ = 2;
  record_.notify_all();
}

void RunningCall::wait_for_record() const noexcept {
  record_.wait(1);
}

void RunningCall::begin() {
  begun_ = steady_clock::now();
  call_.started_at = system_clock().now();
  settlement_.started_at = call_.started_at;
  if (call_.timeout > 0 && std::holds_alternative<Function>(binding_->runs)) {
    const auto deadline = begun_ + std::chrono::seconds(call_.timeout);
    deadline_ns_ = std::chrono::nanoseconds(deadline.time_since_epoch()).count();
  }
  has_begun_ = true;
}

std::optional<RunningCall::TimePoint> RunningCall::begun() const noexcept {
  if (!has_begun_.load()) return std::nullopt;
  return begun_;
}

void RunningCall::run(const ExecutorOptions& options, const std::vector<Listener>& listeners,
                      const std::function<void()>& started) {
  const Timestamp started_at = *call_.started_at;
  if (!listeners.empty()) tell(listeners, &Listener::before_call, call_);
  if (const auto* const command = std::get_if<Command>(&binding_->runs)) {
    run_command(*command, options, started);
  } else {
    if (started) started();
    run_function(std::get<Function>(binding_->runs));
    settlement_.step.at = RunClock(started_at, begun_).at(steady_clock::now());
  }
  judge_stop();
  if (!listeners.empty()) tell(listeners, &Listener::after_call, ended_call());
  if (!notes_.empty()) settlement_.log = settlement_.log.value_or("") + notes_;
}

void RunningCall::run_function(const Function& function) {
  std::optional<Timestamp> deadline;
  if (call_.timeout > 0) deadline = *call_.started_at + std::chrono::seconds(call_.timeout);
  Invocation invocation(call_, attempt_, deadline, stop_.get_token(), binding_->options.log_bytes);
  settlement_.step.to = Status::success;
  try {
    std::string result = function(invocation);
    if (result.size() > binding_->options.result_bytes) {
      fail("the result of " + std::to_string(result.size()) + " bytes is over the limit of " +
           std::to_string(binding_->options.result_bytes));
    } else if (!result.empty()) {
      settlement_.result = std::move(result);
    }
  } catch (...) {
    fail(what_was_thrown());
  }
  settlement_.step.stats = invocation.take_stats();
  settlement_.log = invocation.take_log();
  if (call_.timeout > 0 && steady_clock::now() >= begun_ + std::chrono::seconds(call_.timeout)) {
    fail("timeout: after " + std::to_string(call_.timeout) + " s");
  }
}

void RunningCall::run_command(const Command& command, const ExecutorOptions& options,
                              const std::function<void()>& started) {
  CapturedCommand captured{.call = call_.key(),
                           .attempt = attempt_,
                           .argv = command.argv,
                           .environment = command.environment,
                           .payload = call_.payload,
                           .timeout = std::chrono::seconds(call_.timeout),
                           .memory = call_.memory,
                           .output_bytes = binding_->options.result_bytes,
                           .log_bytes = binding_->options.log_bytes,
                           .grace = options.grace,
                           .sample_interval = options.sample_interval};
  try {
    CapturedResult ended = run_captured(captured, stop_.get_token(), started);
    settlement_.started_at = ended.started_at;
    settlement_.step = {.to = ended.status,
                        .at = ended.completed_at,
                        .error = std::move(ended.error),
                        .stats = std::move(ended.stats)};
    if (ended.output_cut) {
      ended.log +=
          "[fnstore: the output was cut after " + std::to_string(ended.output.size()) + " bytes]\n";
    }
    if (!ended.log.empty()) settlement_.log = std::move(ended.log);
    if (!ended.output.empty()) settlement_.result = std::move(ended.output);
  } catch (const Error& error) {
    fail(std::string("not_placed: ") + error.what());
  }
}

/// A call that stopped because this executor does: a submitted one waits again.
void RunningCall::judge_stop() {
  if (stop_cause() != StopCause::executor_stops || settlement_.step.to == Status::success) return;
  if (call_.type == CallType::async) {
    settlement_ = {.step = {.to = Status::queued}};
    return;
  }
  settlement_.step.to = Status::cancelled;
  settlement_.step.error = "client_request: the executor was stopped";
  settlement_.result.reset();
}

Call RunningCall::ended_call() const {
  Call ended = call_;
  ended.status = settlement_.step.to;
  ended.error = settlement_.step.error;
  if (settlement_.started_at) ended.started_at = settlement_.started_at;
  if (is_finished(ended.status)) ended.completed_at = settlement_.step.at;
  if (!settlement_.step.stats.empty()) ended.stats = merge_samples(settlement_.step.stats);
  return ended;
}

}  // namespace fnstore::executor

#pragma once

#include "fnstore/executor.h"
#include "fnstore/queue.h"

#include "executor/binding.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace fnstore::executor {

/// Why a call was asked to stop; the first cause counts.
enum class StopCause : int {
  none,
  deadline,
  taken_back,  ///< cancelled, or the lease ran out: its end is of no interest any more
  executor_stops,
};

/// One call on its way through an executor. run() and what it yields belong to one thread at a
/// time; ask_to_stop() and the deadline may be used by any.
class RunningCall {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  RunningCall(Call call, int attempt, BindingPointer binding);

  const Call& call() const noexcept { return call_; }
  int attempt() const noexcept { return attempt_; }
  const Binding& binding() const noexcept { return *binding_; }

  /// Whether the store knows that our worker holds it: a buffered sync call is not recorded at
  /// once.
  bool is_held() const noexcept { return held_.load(); }
  void set_held(bool held) noexcept { held_ = held; }

  /// A sync call of a buffered store is recorded only when it has ended, or has run for some time.
  /// Whoever gets `true` from claim_record() is the one to record it; after that recorded() says
  /// that it is. wait_for_record() returns when the other one has done so.
  bool claim_record() noexcept;
  void recorded() noexcept;
  void wait_for_record() const noexcept;

  /// When begin() was called; absent before. From then on call() is final, for any thread.
  std::optional<TimePoint> begun() const noexcept;

  /// The time, and with it the deadline, begins.
  void begin();

  /// After begin(): runs the function to its end, and fills the settlement. Never throws, and
  /// nor may `started`, which is called just before a callable is, and once a command has been
  /// executed; not when it could not be.
  void run(const ExecutorOptions& options, const std::vector<Listener>& listeners,
           const std::function<void()>& started = {});

  /// After run(), or instead of it.
  Settlement& settlement() noexcept { return settlement_; }
  /// The call as it will be when the settlement is recorded.
  Call ended_call() const;

  void ask_to_stop(StopCause cause);
  StopCause stop_cause() const noexcept { return cause_.load(); }

  /// Absent without a timeout, and for commands, which have their own.
  std::optional<TimePoint> deadline() const noexcept;

 private:
  void run_function(const Function& function);
  void run_command(const Command& command, const ExecutorOptions& options,
                   const std::function<void()>& started);
  void fail(std::string error);
  void tell(const std::vector<Listener>& listeners,
            std::function<void(const Call&)> Listener::*when, const Call& call);
  void judge_stop();

  Call call_;
  int attempt_;
  BindingPointer binding_;
  std::stop_source stop_;
  std::atomic<StopCause> cause_{StopCause::none};
  std::atomic<bool> has_begun_{false};
  std::atomic<bool> held_{true};
  std::atomic<int> record_{0};  // 0 nobody records it, 1 somebody does, 2 it is recorded
  std::atomic<std::int64_t> deadline_ns_{0};  // of the steady clock; 0: none
  TimePoint begun_{};
  Settlement settlement_;
  std::string notes_;  // lines for the log, about listeners
};

}  // namespace fnstore::executor

#pragma once

#include "fnstore/executor.h"
#include "fnstore/queue.h"

#include "executor/binding.h"
#include "executor/running_call.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fnstore::executor {

using RunningPointer = std::shared_ptr<RunningCall>;

/// A detached call between the caller who waits for it to start and the worker who starts it.
/// Guarded by the crew's mutex.
struct Placement {
  enum class State { waiting, taken, started, refused, failed };
  State state = State::waiting;
  std::optional<Call> call;      // with `started`: as it was recorded
  std::optional<Error> failure;  // with `failed`: it could not be recorded as running
};

/// A call for one of the workers.
struct Job {
  RunningPointer call;
  std::shared_ptr<Placement> placement;  // null: it is running already, as far as the store knows
};

/// What an executor's threads share: the calls it holds, and where each of them stands. Safe for
/// any thread; nothing in here touches the store.
class Crew {
 public:
  explicit Crew(std::size_t workers) : workers_(workers) {}

  /// For invoke(): waits for room in the call's function. False when the crew is stopping.
  bool enter(const RunningPointer& call);
  void leave(const RunningCall& call);

  /// Adds calls that were handed out, behind those that are there already.
  void add(std::vector<Job> jobs);
  /// A detached call goes first. False when the crew is stopping.
  bool add_first(Job job);
  /// Waits for a call that may run now, and counts it in; nothing when the crew stops.
  std::optional<Job> take();
  /// Takes a call out again that is not begun; false when a worker has it.
  bool remove(const RunningCall& call);
  /// Waits until the placement is decided; at `deadline` one that still waits is refused.
  Placement::State wait_for_placement(Placement& placement,
                                      std::chrono::steady_clock::time_point deadline);
  void start(Placement& placement, Call call);
  void fail(Placement& placement, const Error& failure);

  /// A worker's call has run: it waits to be settled, and its slot is free.
  void finish(const RunningPointer& call);
  /// One that runs no more, or never did, and could not be settled by whoever had it.
  void settle_later(const RunningPointer& call);
  /// For the one thread that settles: the finished calls, until settled() or put_back().
  std::vector<RunningPointer> take_finished();
  void put_back();
  void settled();

  /// Free slots that no call waits for.
  std::size_t free_slots() const;
  std::size_t workers() const noexcept { return workers_; }
  /// How many more calls of the function may be held.
  std::size_t room(const Binding& binding) const;
  /// Calls taken, finished or waiting: those the store knows to be in our hands.
  std::vector<RunningPointer> held() const;
  bool holds_any() const;
  bool has_work() const;  // something runs or waits for a slot

  /// No call enters any more; those not begun are finished, as handed back to the queue.
  void stop();
  bool is_stopping() const;
  bool runs_any() const;
  /// Returns when no function runs.
  void wait_until_idle();
  /// Returns when a call has been settled, or at the time.
  void wait_for_change(std::chrono::steady_clock::time_point until);

 private:
  bool has_room(const Binding& binding) const;
  void begin(const RunningPointer& call);
  void end(const RunningCall& call);

  const std::size_t workers_;
  mutable std::mutex mutex_;
  std::condition_variable work_;     // workers: a call came, or room for one
  std::condition_variable changed_;  // all others
  bool stopping_ = false;
  std::size_t busy_ = 0;  // workers
  /// By function, where there is a limit: calls that run.
  std::map<std::string, std::size_t, std::less<>> begun_;
  std::deque<Job> ready_;
  std::vector<RunningPointer> running_;  // by workers and callers of invoke()
  std::vector<RunningPointer> finished_;
  std::vector<RunningPointer> settling_;
};

}  // namespace fnstore::executor

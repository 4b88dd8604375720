#pragma once

#include "fnstore/executor.h"
#include "fnstore/queue.h"

#include "executor/crew.h"
#include "model/process_of_origin.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace fnstore {

/// Three kinds of threads: callers of invoke(), who run and settle their own calls; workers, who
/// run calls from the crew; and one dispatcher, who settles what the workers ran and claims the
/// next in one transaction, renews the lease, and watches deadlines and cancellations.
struct Executor::Implementation {
  Implementation(Store& used, ExecutorOptions given);
  ~Implementation();

  void bind(executor::Binding binding);
  executor::BindingPointer binding_of(std::string_view fn_id) const;
  std::shared_ptr<const std::vector<Listener>> current_listeners() const;
  void watch_lease();
  void refuse_when_stopping() const;
  void wake_dispatcher() noexcept { watch->wake(); }
  void stop(std::chrono::milliseconds patience);
  void report(const Error& error) const noexcept;

  // invoking.cpp
  Outcome invoke(const executor::BindingPointer& binding, Call call);
  Call settle(const executor::RunningPointer& running);
  Call detach(const executor::BindingPointer& binding, const Call& call,
              std::chrono::milliseconds placement_timeout);

  // dispatching.cpp
  void run_worker();
  void run_detached(const executor::Job& job);
  void run_dispatcher();
  bool advance(bool looks);
  ClaimWish wish() const;
  void take_over(std::vector<Claim> claims);
  void look_after_held();
  void look_after_lease();
  void record_long_calls(const std::vector<executor::RunningPointer>& held);
  void stop_those_taken(const std::vector<executor::RunningPointer>& held);
  std::chrono::milliseconds patience() const;

  const ProcessOfOrigin origin;
  Store& store;
  Queue queue;
  const ExecutorOptions options;
  const bool buffered;
  const Worker worker;
  executor::BindingTable bindings;
  executor::Crew crew;
  std::unique_ptr<QueueWatch> watch;

  mutable std::mutex mutex;  // guards what follows, down to the threads
  std::shared_ptr<const std::vector<Listener>> listeners;
  std::condition_variable drained;
  std::uint64_t drains_wanted = 0;
  std::uint64_t drains_done = 0;
  std::chrono::steady_clock::time_point stop_deadline{};
  bool stop_begun = false;
  bool stop_done = false;
  std::condition_variable stop_changed;

  /// The dispatcher comes by in time to renew the lease.
  std::atomic<bool> lease_watched{false};
  std::atomic<bool> dispatcher_ends{false};
  std::thread dispatcher;
  std::vector<std::thread> workers;

  // The dispatcher's own.
  std::size_t claimed_last = 0;  // by the last transaction
  std::size_t ahead = 0;         // how many may be claimed though there are fewer slots
  std::optional<Timestamp> next_event;
  std::chrono::steady_clock::time_point renew_at{};
  std::chrono::steady_clock::time_point renewed_at{};
  std::chrono::steady_clock::time_point taken_check_at{};
  bool taken_check_wanted = false;
  std::chrono::milliseconds backoff{0};
};

}  // namespace fnstore

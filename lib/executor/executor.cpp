#include "fnstore/executor.h"

#include "fnstore/call_id.h"
#include "fnstore/limits.h"

#include "executor/implementation.h"
#include "model/background_thread.h"
#include "model/quote.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace fnstore {

using executor::Binding;
using executor::BindingPointer;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t most_workers = 1'024;

void require(bool is_right, const std::string& message) {
  if (!is_right) throw Error(Errc::invalid, message);
}

ExecutorOptions checked(ExecutorOptions options) {
  require(options.workers <= most_workers, "workers " + std::to_string(options.workers) +
                                               " is over the limit of " +
                                               std::to_string(most_workers));
  require(options.grace.count() >= 0, "the grace of commands is negative");
  require(options.sample_interval.count() > 0, "the interval between samples is not positive");
  return options;
}

std::int32_t seconds_of(seconds given, const char* what) {
  require(given.count() >= 0 && given.count() <= limits::max_seconds,
          std::string(what) + ' ' + std::to_string(given.count()) + " s is not between 0 and " +
              std::to_string(limits::max_seconds));
  return static_cast<std::int32_t>(given.count());
}

Call new_call(std::string_view fn_id, const FunctionOptions& function, std::string_view payload,
              CallType type, Status status) {
  Call call;
  call.id = new_call_id();
  call.fn_id = fn_id;
  call.app_id = function.app_id;
  call.app_name = function.app_name;
  call.type = type;
  call.status = status;
  call.created_at = system_clock().now();
  if (status == Status::running) call.started_at = call.created_at;
  call.payload = payload;
  call.timeout = seconds_of(function.timeout, "timeout");
  call.memory = function.memory;
  return call;
}

Submission submission_of(Call call, const SubmitOptions& options, std::int32_t priority) {
  Submission submission;
  call.delay = seconds_of(options.delay, "delay");
  if (call.delay > 0) call.status = Status::delayed;
  call.priority = options.priority.value_or(priority);
  if (options.timeout) call.timeout = seconds_of(*options.timeout, "timeout");
  if (options.memory) call.memory = *options.memory;
  call.trigger_id = options.trigger_id;
  submission.call = std::move(call);
  submission.idempotency_key = options.idempotency_key;
  return submission;
}

}  // namespace

Executor::Implementation::Implementation(Store& used, ExecutorOptions given)
    : store(used),
      queue(used),
      options(checked(std::move(given))),
      buffered(used.durability() == Durability::buffered),
      worker(Queue::new_worker(options.lease)),
      crew(options.workers),
      watch(queue.watch()),
      listeners(std::make_shared<const std::vector<Listener>>()) {
  next_event = queue.sweep();  // what a process that is gone has left is found now
  dispatcher = background_thread("fnstore-queue", [this] { run_dispatcher(); });
  try {
    for (std::size_t i = 0; i < options.workers; ++i) {
      workers.push_back(background_thread("fnstore-run", [this] { run_worker(); }));
    }
  } catch (...) {
    stop(milliseconds{0});
    throw;
  }
}

Executor::Implementation::~Implementation() {
  stop(milliseconds{0});
}

void Executor::Implementation::report(const Error& error) const noexcept {
  if (!options.on_error) return;
  try {
    options.on_error(error);
  } catch (...) {  // whoever listens must not end our threads
    return;
  }
}

void Executor::Implementation::bind(Binding binding) {
  executor::check_binding(binding, options);
  bindings.put(std::make_shared<const Binding>(std::move(binding)));
  wake_dispatcher();
}

BindingPointer Executor::Implementation::binding_of(std::string_view fn_id) const {
  BindingPointer binding = bindings.find(fn_id);
  if (!binding) {
    throw Error(Errc::not_found,
                "function " + quote(fn_id) + " is not bound to this executor: bind it first");
  }
  return binding;
}

std::shared_ptr<const std::vector<Listener>> Executor::Implementation::current_listeners() const {
  const std::lock_guard guard(mutex);
  return listeners;
}

void Executor::Implementation::stop(milliseconds patience) {
  const auto deadline = steady_clock::now() +
                        std::clamp(patience, milliseconds{0}, milliseconds{std::chrono::hours(24)});
  std::unique_lock guard(mutex);
  stop_deadline = stop_begun ? std::min(stop_deadline, deadline) : deadline;
  if (stop_begun) {
    stop_changed.notify_all();
    stop_changed.wait(guard, [&] { return stop_done; });
    return;
  }
  stop_begun = true;
  guard.unlock();
  crew.stop();
  guard.lock();
  // Another stop() may shorten the patience; and the calls themselves are not under this mutex.
  while (crew.runs_any() && steady_clock::now() < stop_deadline) {
    const auto look_again = steady_clock::now() + milliseconds{10};
    stop_changed.wait_until(guard, std::min(stop_deadline, look_again));
  }
  guard.unlock();
  for (const auto& call : crew.held()) call->ask_to_stop(executor::StopCause::executor_stops);
  crew.wait_until_idle();
  for (std::thread& thread : workers) thread.join();
  dispatcher_ends = true;
  wake_dispatcher();
  if (dispatcher.joinable()) dispatcher.join();
  try {
    queue.close(worker);
  } catch (const Error& error) {
    report(error);  // the lease runs out
  }
  guard.lock();
  stop_done = true;
  drained.notify_all();
  stop_changed.notify_all();
}

Executor::Executor(Store& store, ExecutorOptions options)
    : implementation_(std::make_unique<Implementation>(store, std::move(options))) {}

/// In a child of its process nothing is ended: the threads are the parent's, and so are the calls.
Executor::~Executor() {
  if (!implementation_->origin.is_here()) abandon(std::move(implementation_));
}

Executor::Implementation& Executor::own() const {
  implementation_->origin.require_here("executor");
  return *implementation_;
}

void Executor::bind_function(std::string_view fn_id, Function function,
                             const FunctionOptions& options) {
  own().bind({std::string(fn_id), std::move(function), options});
}

void Executor::bind(std::string_view fn_id, Command command, const FunctionOptions& options) {
  own().bind({std::string(fn_id), std::move(command), options});
}

void Executor::add_listener(Listener listener) {
  const std::lock_guard guard(own().mutex);
  auto all = std::make_shared<std::vector<Listener>>(*own().listeners);
  all->push_back(std::move(listener));
  own().listeners = std::move(all);
}

Outcome Executor::invoke(std::string_view fn_id, std::string_view payload,
                         const InvokeOptions& options) {
  const BindingPointer binding = own().binding_of(fn_id);
  Call call = new_call(fn_id, binding->options, payload, CallType::sync, Status::running);
  if (options.timeout) call.timeout = seconds_of(*options.timeout, "timeout");
  call.trigger_id = options.trigger_id;
  return own().invoke(binding, std::move(call));
}

std::string Executor::submit(std::string_view fn_id, std::string_view payload,
                             const SubmitOptions& options) {
  own().refuse_when_stopping();
  const BindingPointer binding = own().binding_of(fn_id);
  Call call = new_call(fn_id, binding->options, payload, CallType::async, Status::queued);
  return own().queue.submit(submission_of(std::move(call), options, binding->options.priority));
}

std::string Executor::submit(std::string_view fn_id, const Command& command,
                             std::string_view payload, const SubmitOptions& options) {
  own().refuse_when_stopping();
  Call call = new_call(fn_id, {}, payload, CallType::async, Status::queued);
  call.app_id = options.app_id;
  executor::annotate(call, command);
  Submission submission = submission_of(std::move(call), options, 0);
  submission.runner = Runner::command;
  Binding binding{std::string(fn_id), command, {}};
  binding.options.memory = submission.call.memory;
  executor::check_binding(binding, own().options);
  return own().queue.submit(submission);
}

Call Executor::detach(std::string_view fn_id, std::string_view payload,
                      const DetachOptions& options) {
  own().refuse_when_stopping();
  require(own().options.workers > 0, "this executor has no workers: nothing can be detached");
  require(options.placement_timeout.count() >= 0, "the placement timeout is negative");
  const BindingPointer binding = own().binding_of(fn_id);
  Call call = new_call(fn_id, binding->options, payload, CallType::detached, Status::queued);
  if (options.timeout) call.timeout = seconds_of(*options.timeout, "timeout");
  call.trigger_id = options.trigger_id;
  return own().detach(binding, call,
                      std::min(options.placement_timeout, milliseconds{std::chrono::hours(24)}));
}

Call Executor::cancel(const CallKey& key) {
  return own().queue.cancel(key);
}

std::string Executor::retry(const CallKey& key) {
  own().refuse_when_stopping();
  return own().queue.retry(key);
}

std::optional<Outcome> Executor::wait(const CallKey& key, milliseconds most) {
  constexpr milliseconds longest_pause{50};
  const auto deadline =
      steady_clock::now() + std::min(most, milliseconds{std::chrono::hours(24 * 365)});
  milliseconds pause{1};
  while (true) {
    Call call = own().store.get(key);
    if (is_finished(call.status)) {
      std::optional<std::string> result = own().queue.find_result(key);
      return Outcome{std::move(call), std::move(result).value_or(std::string())};
    }
    if (steady_clock::now() >= deadline) return std::nullopt;
    own().crew.wait_for_change(std::min(deadline, steady_clock::now() + pause));
    pause = std::min(2 * pause, longest_pause);
  }
}

void Executor::drain() {
  std::unique_lock guard(own().mutex);
  const std::uint64_t wanted = ++own().drains_wanted;
  own().wake_dispatcher();
  own().drained.wait(guard, [&] { return own().drains_done >= wanted || own().stop_done; });
}

void Executor::stop(milliseconds patience) {
  own().stop(patience);
}

}  // namespace fnstore

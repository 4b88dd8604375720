#include "executor/implementation.h"

#include <utility>

namespace fnstore {

using executor::BindingPointer;
using executor::Placement;
using executor::RunningCall;
using executor::RunningPointer;

namespace {

Error stopped() {
  return Error(Errc::conflict, "the executor was stopped: it takes no calls any more");
}

}  // namespace

NotRecorded::NotRecorded(const Error& cause, Outcome ended)
    : Error(cause.code(), "call " + ended.call.id + " of " + ended.call.fn_id + " ended (" +
                              std::string(to_string(ended.call.status)) +
                              ") and could not be recorded: " + cause.what()),
      outcome(std::move(ended)) {}

void Executor::Implementation::refuse_when_stopping() const {
  if (crew.is_stopping()) throw stopped();
}

/// To be called after something is held, so that the lease does not run out under it.
void Executor::Implementation::watch_lease() {
  if (!lease_watched.load() && !lease_watched.exchange(true)) wake_dispatcher();
}

Outcome Executor::Implementation::invoke(const BindingPointer& binding, Call call) {
  const auto running = std::make_shared<RunningCall>(std::move(call), 1, binding);
  if (!crew.enter(running)) throw stopped();
  running->set_held(false);
  if (!buffered) {
    try {
      queue.hold(worker, running->call());
      running->set_held(true);
    } catch (...) {
      crew.leave(*running);
      throw;
    }
  }
  running->begin();
  watch_lease();
  if (running->deadline()) wake_dispatcher();
  running->run(options, *current_listeners());
  Outcome outcome;
  outcome.result = std::move(running->settlement().result).value_or(std::string());
  running->settlement().result.reset();  // it is handed over here, and not kept
  try {
    outcome.call = settle(running);
  } catch (const Error& error) {
    outcome.call = running->ended_call();
    crew.leave(*running);
    crew.settle_later(running);
    wake_dispatcher();
    throw NotRecorded(error, std::move(outcome));
  } catch (...) {
    crew.leave(*running);
    throw;
  }
  crew.leave(*running);
  return outcome;
}

/// Records the end of a call of invoke(), and returns the call as it is recorded: where it was
/// taken from us meanwhile, as that left it.
Call Executor::Implementation::settle(const RunningPointer& running) {
  if (buffered && !running->claim_record()) running->wait_for_record();
  if (!running->is_held()) {
    Call ended = running->ended_call();
    store.insert(ended);
    if (running->settlement().log) store.put_log(ended.key(), *running->settlement().log);
    return ended;
  }
  try {
    return queue.settle(worker, running->call().key(), 1, running->settlement());
  } catch (const Error& error) {
    if (error.code() != Errc::conflict) throw;
    return store.get(running->call().key());
  }
}

Call Executor::Implementation::detach(const BindingPointer& binding, const Call& call,
                                      std::chrono::milliseconds placement_timeout) {
  const auto deadline = std::chrono::steady_clock::now() + placement_timeout;
  queue.hold(worker, call);
  watch_lease();
  const CallKey key = call.key();
  const auto placement = std::make_shared<Placement>();
  const auto running = std::make_shared<RunningCall>(call, 1, binding);
  const bool is_accepted = crew.add_first({running, placement});
  const auto state =
      is_accepted ? crew.wait_for_placement(*placement, deadline) : Placement::State::refused;
  if (state == Placement::State::started) return std::move(*placement->call);
  if (state == Placement::State::failed) throw Error(*placement->failure);
  std::string error =
      "not_placed: no worker was free within " + std::to_string(placement_timeout.count()) + " ms";
  if (crew.is_stopping()) error = "not_placed: the executor was stopped";
  running->settlement() = {.step = {.to = Status::cancelled, .error = std::move(error)}};
  try {
    return queue.settle(worker, key, 1, running->settlement());
  } catch (const Error&) {
    crew.settle_later(running);
    wake_dispatcher();
    throw;
  }
}

}  // namespace fnstore

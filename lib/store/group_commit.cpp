#include "store/group_commit.h"

#include "model/background_thread.h"

#include <algorithm>
#include <new>
#include <utility>

namespace fnstore::store {
namespace {

/// A group ends at this many calls, so that no transaction grows without bound.
constexpr std::size_t group_calls = 65'536;
/// Longest time a leader waits for others to come along.
constexpr std::chrono::steady_clock::duration longest_wait = std::chrono::microseconds(200);
/// write_later waits above this many calls.
constexpr std::size_t buffer_calls = 65'536;

/// With a text of its own, where there is memory for one.
Error copy_of(const Error& error) noexcept {
  try {
    return {error.code(), error.what()};
  } catch (const std::bad_alloc&) {
    return error;
  }
}

/// An Error of its own for each thread that is to see it: the one thrown stays with its thrower.
std::exception_ptr copy_of(const std::exception_ptr& failure) noexcept {
  if (!failure) return nullptr;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return std::make_exception_ptr(copy_of(error));
  } catch (...) {
    return failure;
  }
}

}  // namespace

GroupCommit::GroupCommit(Engine& engine, bool buffered)
    : engine_(engine),
      buffered_(buffered),
      out_of_memory_(Errc::io, "out of memory: a buffered write was not written") {
  if (buffered_) thread_ = background_thread("fnstore-write", [this] { run_thread(); });
}

GroupCommit::~GroupCommit() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  thread_.join();
}

std::size_t GroupCommit::weight(const WriteRequest& request) {
  const auto* const insert = std::get_if<InsertRequest>(&request.body);
  return insert == nullptr ? 1 : std::max<std::size_t>(1, insert->size());
}

void GroupCommit::write(WriteRequest& request) {
  const auto entry = std::make_shared<Entry>();
  entry->request = &request;
  std::unique_lock guard(mutex_);
  queue_.push_back(entry);
  queued_calls_ += weight(request);
  if (buffered_) {
    work_.notify_one();
  } else if (!writing_) {
    writing_ = true;
    entry->state = EntryState::leads;
  }
  guard.unlock();
  entry->state.wait(EntryState::waiting);
  if (entry->state.load() == EntryState::leads) {
    guard.lock();
    lead(guard);
  }
  if (entry->failure) std::rethrow_exception(std::exchange(entry->failure, nullptr));
  if (request.error) throw Error(*request.error);
}

/// The callers of the last group are just waking up: those that write again at once shall come
/// along. Waits for as many as wrote side by side the last time, for a fraction of the time that
/// a transaction takes; where they do not come, the next leader expects fewer.
void GroupCommit::wait_for_company(std::unique_lock<std::mutex>& guard) {
  if (buffered_ || queue_.size() >= expected_) return;
  const auto until = std::chrono::steady_clock::now() + std::min(last_took_ / 4, longest_wait);
  while (queue_.size() < expected_ && std::chrono::steady_clock::now() < until) {
    guard.unlock();
    std::this_thread::yield();
    guard.lock();
  }
}

/// Takes a group from the front of the queue: where memory is short, no more than need none.
/// Returns how many calls that are.
std::size_t GroupCommit::gather(Group& group, Requests& requests) noexcept {
  std::size_t most = queue_.size();
  try {
    group.reserve(most);
    requests.reserve(most);
  } catch (const std::bad_alloc&) {
    most = std::min(group.capacity(), requests.capacity());
  }
  std::size_t calls = 0;
  while (!queue_.empty() && group.size() < most && (group.empty() || calls < group_calls)) {
    calls += weight(*queue_.front()->request);
    requests.push_back(queue_.front()->request);
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return calls;
}

/// Writes one group from the front of the queue, and passes the lead on. The lock is given up
/// meanwhile, and not held at the end. It must not throw: others wait for it, or it is a thread of
/// ours.
void GroupCommit::lead(std::unique_lock<std::mutex>& guard) noexcept {
  wait_for_company(guard);
  Group group;
  Requests requests;
  const std::size_t calls = gather(group, requests);
  writing_ = true;
  guard.unlock();
  const auto begun = std::chrono::steady_clock::now();
  std::exception_ptr failure;
  try {
    engine_.write(requests);
  } catch (...) {
    failure = std::current_exception();
  }
  guard.lock();
  last_took_ = std::chrono::steady_clock::now() - begun;
  expected_ = group.size() + queue_.size();
  queued_calls_ -= calls;
  finish(group, failure);
  std::shared_ptr<Entry> next;
  writing_ = !buffered_ && !queue_.empty();
  if (writing_) {
    next = queue_.front();
    next->state = EntryState::leads;
  }
  guard.unlock();
  if (next) next->state.notify_one();
  for (const std::shared_ptr<Entry>& entry : group) entry->state.notify_one();
  room_.notify_all();
}

/// What the next flush says.
void GroupCommit::keep(const std::exception_ptr& failure) noexcept {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    kept_error_ = copy_of(error);
  } catch (...) {  // an engine throws nothing else
    kept_error_ = out_of_memory_;
  }
}

void GroupCommit::finish(const Group& group, const std::exception_ptr& failure) noexcept {
  for (const std::shared_ptr<Entry>& entry : group) {
    entry->failure = copy_of(failure);
    const bool is_owned = entry->owned != nullptr;
    if (is_owned && !kept_error_) {
      // An Error of its own: the request's goes with the request, on another thread.
      if (const auto& refusal = entry->request->error) kept_error_ = copy_of(*refusal);
      if (failure) keep(failure);
    }
    entry->state = EntryState::done;  // from here on the caller may be gone with its request
  }
}

void GroupCommit::write_later(std::unique_ptr<OwnedWrite> write) {
  const auto entry = std::make_shared<Entry>();
  entry->request = &write->request;
  entry->owned = std::move(write);
  std::unique_lock guard(mutex_);
  room_.wait(guard, [&] { return queued_calls_ < buffer_calls; });
  queue_.push_back(entry);
  queued_calls_ += weight(*entry->request);
  work_.notify_one();
}

void GroupCommit::settle() {
  if (!buffered_) return;
  std::unique_lock guard(mutex_);
  if (queue_.empty() && !writing_) return;
  const std::shared_ptr<Entry> last = queue_.empty() ? nullptr : queue_.back();
  room_.wait(guard, [&] { return last ? last->state.load() == EntryState::done : !writing_; });
}

void GroupCommit::flush() {
  settle();
  const std::lock_guard guard(mutex_);
  if (!kept_error_) return;
  throw Error(*std::exchange(kept_error_, std::nullopt));
}

void GroupCommit::run_thread() {
  std::unique_lock guard(mutex_);
  while (true) {
    work_.wait(guard, [&] { return !queue_.empty() || stopping_; });
    if (queue_.empty()) return;
    lead(guard);
    guard.lock();
  }
}

}  // namespace fnstore::store

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

/// Puts a write at the end of the queue. Changes nothing when it throws.
GroupCommit::Group& GroupCommit::add(std::unique_ptr<OwnedWrite> owned, WriteRequest& request,
                                     bool again) {
  const bool begins = queue_.empty() || queue_.back()->calls >= group_calls;
  if (begins) queue_.push_back(std::make_shared<Group>());
  Group& group = *queue_.back();
  try {
    group.entries.push_back({&request, nullptr, again, nullptr});
  } catch (...) {
    if (begins) queue_.pop_back();
    throw;
  }
  group.entries.back().owned = std::move(owned);
  group.calls += weight(request);
  queued_calls_ += weight(request);
  return group;
}

void GroupCommit::write(WriteRequest& request) {
  if (!write_in_group(request, false)) write_in_group(request, true);
}

/// False when the request came too late for the transaction of its group, which failed without it,
/// so that it has not had all its time; not `again`.
bool GroupCommit::write_in_group(WriteRequest& request, bool again) {
  std::unique_lock guard(mutex_);
  const std::size_t place = add(nullptr, request, again).entries.size() - 1;
  const std::shared_ptr<Group> group = queue_.back();
  if (buffered_ || place > 0) {
    if (buffered_) work_.notify_one();
    guard.unlock();
    group->done.wait(0);
  } else {
    if (std::exchange(writing_, true)) {
      guard.unlock();
      group->leads.wait(0);
      guard.lock();
    }
    lead(guard);
  }
  if (place >= group->tried && !again) return false;
  if (Entry& entry = group->entries[place]; entry.failure) {
    std::rethrow_exception(std::exchange(entry.failure, nullptr));
  }
  if (request.error) throw Error(*request.error);
  return true;
}

/// The callers of the last group are just waking up: those that write again at once shall come
/// along. Waits for as many as wrote side by side the last time, for a fraction of the time that
/// a transaction takes; where they do not come, the next group expects fewer. Returns when there
/// is one more.
void GroupCommit::wait_for_company(const Group& group, std::unique_lock<std::mutex>& guard) const {
  const auto until = group.begun + std::min(last_took_ / 4, longest_wait);
  while (group.entries.size() == group.taken && group.taken < expected_ && queue_.size() == 1 &&
         std::chrono::steady_clock::now() < until) {
    guard.unlock();
    std::this_thread::yield();
    guard.lock();
  }
}

/// The next writes of the group that is being written; none when it is complete.
std::span<WriteRequest* const> GroupCommit::take_some(Group& group) noexcept {
  std::unique_lock guard(mutex_);
  if (!buffered_) wait_for_company(group, guard);
  const std::size_t count = std::min(group.entries.size() - group.taken, group.some.size());
  for (std::size_t i = 0; i < count; ++i) group.some[i] = group.entries[group.taken++].request;
  group.tried = std::max(group.tried, group.taken);
  if (count == 0) close(group);
  return std::span(group.some).first(count);
}

/// No more writes come into the group.
void GroupCommit::close(const Group& group) noexcept {
  if (!queue_.empty() && queue_.front().get() == &group) queue_.pop_front();
}

/// Writes the group at the front of the queue, and passes the lead on. The lock is given up
/// meanwhile, and not held at the end. It must not throw: others wait for it, or it is a thread of
/// ours.
void GroupCommit::lead(std::unique_lock<std::mutex>& guard) noexcept {
  const std::shared_ptr<Group> group = queue_.front();
  group->begun = std::chrono::steady_clock::now();
  group->tried = group->entries.size();
  if (buffered_) close(*group);  // nobody would try again what came too late
  writing_ = true;
  guard.unlock();
  std::exception_ptr failure;
  try {
    engine_.write([&] { return take_some(*group); });
  } catch (...) {
    failure = std::current_exception();
  }
  guard.lock();
  close(*group);
  last_took_ = std::chrono::steady_clock::now() - group->begun;
  queued_calls_ -= group->calls;
  finish(*group, failure);
  std::shared_ptr<Group> next;
  if (!queue_.empty()) next = queue_.front();
  expected_ = group->entries.size() + (next ? next->entries.size() : 0);
  writing_ = !buffered_ && next != nullptr;
  group->done = 1;  // from here on its callers may be gone with their requests
  guard.unlock();
  if (next && !buffered_) {
    next->leads = 1;
    next->leads.notify_one();
  }
  group->done.notify_all();
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

/// Says how a group ended, all but that it did.
void GroupCommit::finish(Group& group, const std::exception_ptr& failure) noexcept {
  for (std::size_t i = 0; i < group.entries.size(); ++i) {
    Entry& entry = group.entries[i];
    if (i < group.tried || entry.again) entry.failure = copy_of(failure);
    if (entry.owned == nullptr || kept_error_) continue;
    // An Error of its own: the request's goes with the request, on another thread.
    if (const auto& refusal = entry.request->error) kept_error_ = copy_of(*refusal);
    if (failure) keep(failure);
  }
}

void GroupCommit::write_later(std::unique_ptr<OwnedWrite> write) {
  WriteRequest& request = write->request;
  std::unique_lock guard(mutex_);
  room_.wait(guard, [&] { return queued_calls_ < buffer_calls; });
  add(std::move(write), request);
  work_.notify_one();
}

void GroupCommit::settle() {
  if (!buffered_) return;
  std::shared_ptr<Group> last;  // outlives the lock: its writes may go with it
  std::unique_lock guard(mutex_);
  if (queue_.empty() && !writing_) return;
  if (!queue_.empty()) last = queue_.back();
  room_.wait(guard, [&] { return last ? last->done.load() != 0 : !writing_; });
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

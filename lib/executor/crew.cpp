#include "executor/crew.h"

#include <algorithm>
#include <utility>

namespace fnstore::executor {
namespace {

/// How long a thread may take to wake up on a busy machine.
constexpr std::chrono::milliseconds waking_time{100};

}  // namespace

bool Crew::has_room(const Binding& binding) const {
  if (binding.options.concurrency == 0) return true;
  const auto begun = begun_.find(binding.fn_id);
  return begun == begun_.end() || begun->second < binding.options.concurrency;
}

void Crew::begin(const RunningPointer& call) {
  if (call->binding().options.concurrency > 0) ++begun_[call->binding().fn_id];
  running_.push_back(call);
}

void Crew::end(const RunningCall& call) {
  const auto begun = begun_.find(call.binding().fn_id);
  if (begun != begun_.end() && call.binding().options.concurrency > 0) {
    --begun->second;
    work_.notify_all();
  }
  const auto at = std::find_if(running_.rbegin(), running_.rend(),
                               [&](const RunningPointer& each) { return each.get() == &call; });
  if (at != running_.rend()) running_.erase(std::next(at).base());
  if (stopping_) changed_.notify_all();
}

bool Crew::enter(const RunningPointer& call) {
  std::unique_lock guard(mutex_);
  work_.wait(guard, [&] { return stopping_ || has_room(call->binding()); });
  if (stopping_) return false;
  begin(call);
  return true;
}

void Crew::leave(const RunningCall& call) {
  const std::lock_guard guard(mutex_);
  end(call);
}

void Crew::add(std::vector<Job> jobs) {
  {
    const std::lock_guard guard(mutex_);
    for (Job& job : jobs) ready_.push_back(std::move(job));
  }
  work_.notify_all();
}

bool Crew::add_first(Job job) {
  {
    const std::lock_guard guard(mutex_);
    if (stopping_) return false;
    ready_.push_front(std::move(job));
  }
  work_.notify_all();
  return true;
}

std::optional<Job> Crew::take() {
  std::unique_lock guard(mutex_);
  while (true) {
    const auto next = std::find_if(ready_.begin(), ready_.end(),
                                   [&](const Job& job) { return has_room(job.call->binding()); });
    if (next != ready_.end()) {
      Job job = std::move(*next);
      ready_.erase(next);
      if (job.placement && job.placement->state != Placement::State::waiting) continue;
      if (job.placement) job.placement->state = Placement::State::taken;
      ++busy_;
      begin(job.call);
      return job;
    }
    if (stopping_) return std::nullopt;
    work_.wait(guard);
  }
}

Placement::State Crew::wait_for_placement(Placement& placement,
                                          std::chrono::steady_clock::time_point deadline) {
  std::unique_lock guard(mutex_);
  using State = Placement::State;
  changed_.wait_until(guard, deadline,
                      [&] { return placement.state != State::waiting || stopping_; });
  // A worker that is free takes it as soon as it wakes up, however short the time was.
  const auto late = std::chrono::steady_clock::now() + waking_time;
  while (placement.state == State::waiting && !stopping_ && busy_ < workers_ &&
         std::chrono::steady_clock::now() < late) {
    changed_.wait_for(guard, std::chrono::milliseconds(1));
  }
  if (placement.state == State::waiting) {
    placement.state = State::refused;  // now nobody takes it any more
    std::erase_if(ready_, [&](const Job& job) { return job.placement.get() == &placement; });
  }
  changed_.wait(guard, [&] { return placement.state != State::taken; });
  return placement.state;
}

void Crew::start(Placement& placement, Call call) {
  {
    const std::lock_guard guard(mutex_);
    placement.state = Placement::State::started;
    placement.call = std::move(call);
  }
  changed_.notify_all();
}

void Crew::fail(Placement& placement, const Error& failure) {
  {
    const std::lock_guard guard(mutex_);
    placement.state = Placement::State::failed;
    placement.failure = failure;
  }
  changed_.notify_all();
}

void Crew::finish(const RunningPointer& call) {
  const std::lock_guard guard(mutex_);
  --busy_;
  end(*call);
  finished_.push_back(call);
  changed_.notify_all();
}

void Crew::settle_later(const RunningPointer& call) {
  const std::lock_guard guard(mutex_);
  finished_.push_back(call);
}

std::vector<RunningPointer> Crew::take_finished() {
  const std::lock_guard guard(mutex_);
  settling_ = std::move(finished_);
  finished_.clear();
  return settling_;
}

void Crew::put_back() {
  const std::lock_guard guard(mutex_);
  finished_.insert(finished_.begin(), settling_.begin(), settling_.end());
  settling_.clear();
}

void Crew::settled() {
  {
    const std::lock_guard guard(mutex_);
    settling_.clear();
  }
  changed_.notify_all();
}

std::size_t Crew::free_slots() const {
  const std::lock_guard guard(mutex_);
  const std::size_t used = busy_ + ready_.size();
  return stopping_ || used >= workers_ ? 0 : workers_ - used;
}

std::size_t Crew::room(const Binding& binding) const {
  if (binding.options.concurrency == 0) return SIZE_MAX;
  const std::lock_guard guard(mutex_);
  const auto begun = begun_.find(binding.fn_id);
  std::size_t used = begun == begun_.end() ? 0 : begun->second;
  for (const Job& job : ready_) used += job.call->binding().fn_id == binding.fn_id ? 1 : 0;
  return used >= binding.options.concurrency ? 0 : binding.options.concurrency - used;
}

std::vector<RunningPointer> Crew::held() const {
  const std::lock_guard guard(mutex_);
  std::vector<RunningPointer> calls = running_;
  for (const Job& job : ready_) calls.push_back(job.call);
  return calls;
}

bool Crew::holds_any() const {
  const std::lock_guard guard(mutex_);
  return !running_.empty() || !ready_.empty() || !finished_.empty() || !settling_.empty();
}

bool Crew::has_work() const {
  const std::lock_guard guard(mutex_);
  return busy_ > 0 || !ready_.empty() || !finished_.empty() || !settling_.empty();
}

void Crew::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
    for (Job& job : ready_) {
      if (job.placement) continue;  // its caller refuses it
      job.call->settlement() = {.step = {.to = Status::queued}};
      finished_.push_back(std::move(job.call));
    }
    ready_.clear();
  }
  work_.notify_all();
  changed_.notify_all();
}

bool Crew::is_stopping() const {
  const std::lock_guard guard(mutex_);
  return stopping_;
}

bool Crew::runs_any() const {
  const std::lock_guard guard(mutex_);
  return !running_.empty();
}

void Crew::wait_until_idle() {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [&] { return running_.empty(); });
}

void Crew::wait_for_change(std::chrono::steady_clock::time_point until) {
  std::unique_lock guard(mutex_);
  changed_.wait_until(guard, until);
}

}  // namespace fnstore::executor

#include "executor/implementation.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace fnstore {

using executor::Job;
using executor::RunningCall;
using executor::RunningPointer;
using executor::StopCause;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// Most calls claimed ahead of free slots. It is done as long as all that were claimed come back
/// before the next transaction: then the functions are faster than a commit.
constexpr std::size_t most_ahead = 256;

/// Longest sleep without a reason, so that a clock set back does not keep delayed calls for long.
constexpr milliseconds longest_sleep{30'000};
/// How long a sync call of a buffered store may run before it is recorded as running.
constexpr milliseconds unrecorded_time{100};
/// News comes with every submission of others: what we hold is not looked up for each.
constexpr milliseconds taken_check_interval{20};
constexpr milliseconds first_backoff{20};
constexpr milliseconds longest_backoff{1'000};

}  // namespace

void Executor::Implementation::run_worker() {
  while (const std::optional<Job> job = crew.take()) {
    if (job->placement) {
      run_detached(*job);
    } else {
      job->call->begin();
      if (job->call->deadline()) wake_dispatcher();
      job->call->run(options, *current_listeners());
    }
    crew.finish(job->call);
    wake_dispatcher();
  }
}

/// Records a detached call as running, runs it, and tells its caller once it has started. When it
/// cannot be recorded it never runs.
void Executor::Implementation::run_detached(const Job& job) {
  Call running;
  try {
    running = queue.settle(worker, job.call->call().key(), job.call->attempt(),
                           {.step = {.to = Status::running}});
  } catch (const Error& error) {
    crew.fail(*job.placement, error);
    job.call->settlement() = {.step = {.to = Status::cancelled, .error = "not_placed"}};
    return;
  }
  job.call->begin();
  if (job.call->deadline()) wake_dispatcher();
  bool has_started = false;
  job.call->run(options, *current_listeners(), [&] {
    has_started = true;
    crew.start(*job.placement, std::move(running));
  });
  if (!has_started) crew.start(*job.placement, job.call->ended_call());
}

ClaimWish Executor::Implementation::wish() const {
  ClaimWish wish;
  wish.most = crew.free_slots();
  if (crew.is_stopping()) return wish;
  if (ahead > crew.workers()) wish.most = std::max(wish.most, ahead);
  if (wish.most == 0) return wish;
  if (options.run_commands) wish.commands = wish.most;
  if (!options.run_submitted) return wish;
  for (const executor::BindingPointer& binding : bindings.all()) {
    const std::size_t room = std::min(crew.room(*binding), wish.most);
    if (room > 0) wish.functions.push_back({binding->fn_id, room});
  }
  return wish;
}

void Executor::Implementation::take_over(std::vector<Claim> claims) {
  std::vector<Job> jobs;
  for (Claim& claim : claims) {
    executor::BindingPointer binding = bindings.find(claim.call.fn_id);
    std::optional<Error> unusable;
    if (claim.runner == Runner::command) {
      auto own = std::make_shared<executor::Binding>();
      own->fn_id = claim.call.fn_id;
      try {
        own->runs = executor::command_of(claim.call);
        executor::check_binding(*own, options);
        binding = std::move(own);
      } catch (const Error& error) {
        unusable = error;
      }
    }
    if (!binding && !unusable) unusable = Error(Errc::not_found, "the function is not bound");
    if (!binding) binding = std::make_shared<executor::Binding>();
    auto running = std::make_shared<RunningCall>(std::move(claim.call), claim.attempt, binding);
    if (unusable) {
      running->settlement() = {
          .step = {.to = Status::error, .error = std::string("not_placed: ") + unusable->what()}};
      crew.settle_later(running);
      wake_dispatcher();
      continue;
    }
    jobs.push_back({std::move(running), nullptr});
  }
  crew.add(std::move(jobs));
}

/// Settles what has run and, when `looks`, claims what fits. True when it should be called again at
/// once. A store that fails keeps nothing from being settled later.
bool Executor::Implementation::advance(bool looks) {
  const std::vector<RunningPointer> finished = crew.take_finished();
  std::vector<HeldEnd> ends(finished.size());
  for (std::size_t i = 0; i < ends.size(); ++i) {
    ends[i].key = finished[i]->call().key();
    ends[i].attempt = finished[i]->attempt();
    ends[i].settlement = finished[i]->settlement();
  }
  const ClaimWish wanted = wish();
  const bool claims = looks && wanted.most > 0;
  const bool is_time = next_event && system_clock().now() >= *next_event;
  if (ends.empty() && !claims && !is_time) return false;
  try {
    if (ends.empty() && !claims) {
      next_event = queue.sweep();  // with all slots taken somebody has to do it all the same
      return false;
    }
    Handout handout = queue.advance(worker, ends, wanted);
    crew.settled();
    backoff = milliseconds{0};
    ahead = ends.size() >= claimed_last ? std::min(2 * claimed_last, most_ahead) : ends.size();
    claimed_last = handout.claims.size();
    next_event = handout.next;
    const bool more = !handout.claims.empty();
    if (more) lease_watched = true;
    take_over(std::move(handout.claims));
    return more && crew.free_slots() > 0;
  } catch (const Error& error) {
    crew.put_back();
    backoff = std::clamp(backoff * 2, first_backoff, longest_backoff);
    report(error);
    return false;
  }
}

/// A sync call of a buffered store that goes on for long is recorded while it runs.
void Executor::Implementation::record_long_calls(const std::vector<RunningPointer>& held) {
  const auto limit = steady_clock::now() - unrecorded_time;
  for (const RunningPointer& call : held) {
    const auto begun = call->begun();
    if (call->is_held() || !begun || *begun > limit || !call->claim_record()) continue;
    try {
      Call running = call->call();
      running.status = Status::running;
      queue.hold(worker, running);
      call->set_held(true);
    } catch (const Error& error) {
      report(error);
    }
    call->recorded();
  }
}

/// Calls that another process, or somebody by hand, took from us.
void Executor::Implementation::stop_those_taken(const std::vector<RunningPointer>& held) {
  std::vector<RunningPointer> known;  // to be held before the store was asked
  for (const RunningPointer& call : held) {
    if (call->is_held()) known.push_back(call);
  }
  std::set<std::tuple<std::string, std::string, int>> ours;
  for (Queue::HeldCall& call : queue.held(worker)) {
    ours.emplace(std::move(call.fn_id), std::move(call.id), call.attempt);
  }
  for (const RunningPointer& call : known) {
    if (!ours.contains({call->call().fn_id, call->call().id, call->attempt()})) {
      call->ask_to_stop(StopCause::taken_back);
    }
  }
}

/// The lease is renewed three times in its length, for as long as anything is held.
void Executor::Implementation::look_after_lease() {
  const auto now = steady_clock::now();
  if (!lease_watched.load()) return;
  const milliseconds period = buffered ? unrecorded_time : worker.lease / 3;
  if (renew_at == steady_clock::time_point{}) {
    renew_at = now + period;
    return;
  }
  if (now < renew_at) return;
  renew_at = now + period;
  if (!crew.holds_any()) {
    lease_watched = false;
    if (!crew.holds_any()) {
      renew_at = {};
      return;
    }
    lease_watched = true;  // one came just then
  }
  if (now < renewed_at + worker.lease / 3) return;
  renewed_at = now;
  queue.renew(worker);
}

/// Deadlines, the lease, and claims that were taken away.
void Executor::Implementation::look_after_held() {
  const std::vector<RunningPointer> held = crew.held();
  const auto now = steady_clock::now();
  for (const RunningPointer& call : held) {
    const auto deadline = call->deadline();
    if (deadline && now >= *deadline) call->ask_to_stop(StopCause::deadline);
  }
  try {
    if (buffered) record_long_calls(held);
    look_after_lease();
  } catch (const Error& error) {
    if (error.code() != Errc::conflict) report(error);
    taken_check_wanted = true;
  }
  if (!taken_check_wanted || now < taken_check_at) return;
  taken_check_wanted = false;
  taken_check_at = now + taken_check_interval;
  if (held.empty()) return;
  try {
    stop_those_taken(held);
  } catch (const Error& error) {
    report(error);
  }
}

/// How long the dispatcher may sleep when nobody wakes it.
milliseconds Executor::Implementation::patience() const {
  const auto now = steady_clock::now();
  auto until = now + longest_sleep;
  if (next_event) {
    const milliseconds left = *next_event - system_clock().now();
    until = std::min(until, now + std::max(left, milliseconds{1}));
  }
  if (renew_at != steady_clock::time_point{}) until = std::min(until, renew_at);
  if (taken_check_wanted) until = std::min(until, taken_check_at);
  if (backoff.count() > 0) until = std::min(until, now + backoff);
  for (const RunningPointer& call : crew.held()) {
    const auto deadline = call->deadline();
    if (deadline && call->stop_cause() == StopCause::none) until = std::min(until, *deadline);
  }
  return std::max(std::chrono::ceil<milliseconds>(until - now), milliseconds{0});
}

void Executor::Implementation::run_dispatcher() {
  while (true) {
    const bool ends = dispatcher_ends.load();
    std::uint64_t drains = 0;
    {
      const std::lock_guard guard(mutex);
      drains = drains_wanted;
    }
    while (advance(!ends)) continue;
    look_after_held();
    const bool has_work = crew.has_work();
    if (!has_work && backoff.count() == 0) {
      const std::lock_guard guard(mutex);
      drains_done = drains;
      drained.notify_all();
    }
    // A claim that failed is not tried again any more; what has run is, for a while.
    if (ends && (!has_work || backoff >= longest_backoff)) return;
    if (watch->wait(patience())) taken_check_wanted = true;
  }
}

}  // namespace fnstore

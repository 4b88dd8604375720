#include "actor.h"

#include <chrono>
#include <fmt/format.h>

using namespace fnstore;
using namespace std::chrono_literals;

void Actor::operate_on_queue(Kind kind, Random& random) {
  switch (kind) {
    case Kind::submit:
      return submit(random);
    case Kind::claim:
      claim(random);
      return;
    case Kind::settle:
      if (const auto held = stage_.queue.pick(random.next())) settle(*held, random);
      return;
    case Kind::late_settle:
      return settle_late(random);
    case Kind::cancel:
      return cancel(random);
    case Kind::sweep:
      ending_of([&] { Queue(stage_.store).sweep(); });
      return;
    case Kind::clock: {
      const auto by = std::chrono::seconds(static_cast<std::int64_t>(random.below(7'200)) - 3'000);
      stage_.clock.step(by);
      return;
    }
    default:
      return;
  }
}

void Actor::submit(Random& random) {
  Submission submission;
  Call& call = submission.call;
  call.id = fmt::format("{}-{}-{:05}", stage_.tag, number_, made_++);
  call.fn_id = queue_function;
  call.type = CallType::async;
  call.priority = static_cast<std::int32_t>(random.below(3));
  const Ending ending = ending_of([&] { Queue(stage_.store).submit(submission); });
  stage_.queue.submitted(call.id, ending);
}

std::vector<Claim> Actor::claim(Random& random) {
  const Worker worker = Queue::new_worker(std::chrono::seconds(1 + random.below(3'600)));
  const std::size_t most = 1 + random.below(4);
  ClaimWish wish{.functions = {{queue_function, most}}, .commands = 0, .most = most};
  std::vector<Claim> claims;
  const Ending ending = ending_of([&] { claims = Queue(stage_.store).claim(worker, wish); });
  if (ending == Ending::in_doubt) stage_.queue.claim_in_doubt();
  stage_.queue.claimed(worker, claims);
  return claims;
}

void Actor::settle(const QueueLedger::Held& held, Random& random) {
  Settlement end;
  end.step.to = random.chance(800) ? Status::success : Status::error;
  if (end.step.to == Status::error) end.step.error = "bad_exit: 2";
  end.result = "result of " + held.id;
  const bool no_fence = stage_.control == Control::no_fence;
  const QueueLedger::Held used = no_fence ? stage_.queue.newest(held.id) : held;
  bool refused = false;
  const Ending ending = ending_of([&] {
    try {
      Queue(stage_.store).settle(used.worker, {queue_function, held.id}, used.attempt, end);
    } catch (const Error& error) {
      if (error.code() != Errc::conflict) throw;
      refused = true;  // it is not its call any more
    }
  });
  stage_.queue.settled(held, end.step.to, refused ? Ending::refused : ending);
}

/// While a worker was away, its lease ran out, and the call went to another.
void Actor::settle_late(Random& random) {
  const auto held = stage_.queue.pick(random.next());
  if (!held) return;
  stage_.clock.step(2h);
  for (int i = 0; i < 3; ++i) claim(random);
  settle(*held, random);
}

void Actor::cancel(Random& random) {
  const std::vector<std::string> ids = stage_.queue.ids();
  if (ids.empty()) return;
  const std::string& id = ids[random.below(ids.size())];
  bool refused = false;
  const Ending ending = ending_of([&] {
    try {
      Queue(stage_.store).cancel({queue_function, id});
    } catch (const Error& error) {
      if (error.code() != Errc::conflict && error.code() != Errc::not_found) throw;
      refused = true;
    }
  });
  stage_.queue.cancelled(id, refused ? Ending::refused : ending);
}

#include "walk.h"

#include "fnstore/fnstore.h"

#include "oracle.h"

#include <atomic>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

class StepClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp(milliseconds(now_.load())); }
  std::int64_t milliseconds_now() const { return now_.load(); }
  void advance(std::int64_t by) { now_ += by; }

 private:
  std::atomic<std::int64_t> now_{1'554'422'400'000};
};

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word + ' ';
  return all;
}

class Walk {
 public:
  Walk(const std::string& path, std::uint64_t seed) : path_(path), random_(seed) {
    for (int i = 0; i < 3; ++i) {
      workers_.push_back(Queue::new_worker(milliseconds(1'000 * (i + 1))));
    }
    open();
  }

  void step();
  void compare_all();

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  std::int64_t now() const { return clock_.milliseconds_now(); }
  const Worker& worker() { return workers_[pick(workers_.size())]; }
  std::string fn_of(const std::string& id) { return oracle_.entries().at(id).call.fn_id; }

  void open() {
    queue_.reset();
    store_.reset();
    store_.emplace(Store::open(path_, {.durability = Durability::crash_safe,
                                       .pack_after = 50,
                                       .background_packing = pick(2) == 0,
                                       .clock = &clock_}));
    queue_.emplace(*store_);
  }

  /// Whether the store took it; refusals that are no conflicts are failures of the test.
  template <typename Act>
  bool taken(Act act) {
    try {
      act();
      return true;
    } catch (const Error& error) {
      if (error.code() == Errc::conflict || error.code() == Errc::not_found) return false;
      throw;
    }
  }

  void expect(bool same, const std::string& what) {
    if (!same) throw std::runtime_error(what);
  }

  std::string some_id() {
    if (oracle_.entries().empty() || pick(20) == 0) return "nobody";
    auto at = oracle_.entries().begin();
    std::advance(at, static_cast<std::ptrdiff_t>(pick(oracle_.entries().size())));
    return at->first;
  }

  void submit();
  void hold();
  void claim();
  void settle();
  void move_by_hand();
  void remove();

  std::string path_;
  std::mt19937_64 random_;
  StepClock clock_;
  std::optional<Store> store_;
  std::optional<Queue> queue_;
  Oracle oracle_;
  std::vector<Worker> workers_;
  std::uint64_t made_ = 0;
};

void Walk::submit() {
  Submission submission;
  const std::uint64_t number = pick(30) == 0 && made_ > 0 ? pick(made_) : made_++;
  submission.call.id = fmt::format("id {:06}", (number * 7'919) % 1'000'000);
  submission.call.fn_id = fmt::format("fn {}", number % 4);
  submission.call.type = CallType::async;
  submission.call.priority = static_cast<std::int32_t>(pick(3));
  submission.call.delay = pick(4) == 0 ? static_cast<std::int32_t>(1 + pick(6)) : 0;
  submission.call.status = submission.call.delay > 0 ? Status::delayed : Status::queued;
  submission.call.payload = std::string(pick(40), 'p');
  submission.runner = pick(3) == 0 ? Runner::command : Runner::function;
  if (pick(5) == 0) submission.idempotency_key = fmt::format("key {}", pick(12));
  std::optional<std::string> id;
  taken([&] { id = queue_->submit(submission); });
  const auto expected = oracle_.submit(submission, now());
  expect(id == expected, fmt::format("submit {}: {} and not {}", submission.call.id,
                                     id.value_or("refused"), expected.value_or("refused")));
}

void Walk::hold() {
  Call call;
  call.id = fmt::format("id {:06}", (made_ * 7'919) % 1'000'000);
  call.fn_id = fmt::format("fn {}", made_ % 4);
  ++made_;
  call.type = pick(2) == 0 ? CallType::sync : CallType::detached;
  call.status = pick(2) == 0 ? Status::running : Status::queued;
  const Worker& holder = worker();
  const bool was_taken = taken([&] { queue_->hold(holder, call); });
  expect(was_taken == oracle_.hold(holder, call, now()), "hold " + call.id);
}

void Walk::claim() {
  ClaimWish wish{.commands = pick(3), .most = 1 + pick(4)};
  for (int fn = 0; fn < 4; ++fn) {
    if (pick(3) > 0) wish.functions.push_back({fmt::format("fn {}", fn), pick(4)});
  }
  const Worker& claimer = worker();
  std::vector<std::string> got;
  for (const Claim& each : queue_->claim(claimer, wish)) {
    got.push_back(fmt::format("{}/{}", each.call.id, each.attempt));
    expect(each.call.payload == oracle_.entries().at(each.call.id).call.payload, "payload");
  }
  const std::vector<std::string> expected = oracle_.claim(claimer, wish, now());
  expect(got == expected, fmt::format("claim: got {}, and not {}", joined(got), joined(expected)));
}

void Walk::settle() {
  const std::string id = some_id();
  const auto entry = oracle_.entries().find(id);
  const std::string fn_id = entry == oracle_.entries().end() ? "fn 0" : entry->second.call.fn_id;
  int attempt = entry == oracle_.entries().end() ? 1 : entry->second.attempt;
  Worker claimed_by = worker();
  if (entry != oracle_.entries().end() && entry->second.holder != 0 && pick(4) > 0) {
    for (const Worker& each : workers_) {
      if (each.number == entry->second.holder) claimed_by = each;
    }
  }
  if (pick(8) == 0) attempt += static_cast<int>(pick(3)) - 1;
  Settlement settlement;
  settlement.step.to = static_cast<Status>(pick(status_count));
  if (pick(2) == 0) settlement.result = std::string(1 + pick(9), 'r');
  const bool was_taken = taken([&] {
    queue_->settle(claimed_by, {fn_id, id}, attempt, settlement);
  });
  expect(was_taken == oracle_.settle(claimed_by, id, attempt, settlement), "settle " + id);
}

void Walk::move_by_hand() {
  const std::string id = some_id();
  const Status to = pick(3) == 0 ? Status::cancelled : static_cast<Status>(pick(status_count));
  const std::string fn_id = oracle_.entries().count(id) > 0 ? fn_of(id) : "fn 0";
  const bool was_taken = taken([&] { store_->transition({fn_id, id}, {.to = to}); });
  expect(was_taken == oracle_.step(id, to), "transition of " + id);
}

void Walk::remove() {
  const std::string id = some_id();
  const std::string fn_id = oracle_.entries().count(id) > 0 ? fn_of(id) : "fn 0";
  const bool was_taken = taken([&] { store_->remove({fn_id, id}); });
  expect(was_taken == oracle_.remove(id), "remove " + id);
}

void Walk::step() {
  const std::uint64_t kind = pick(100);
  if (kind < 25) {
    submit();
  } else if (kind < 30) {
    hold();
  } else if (kind < 50) {
    claim();
  } else if (kind < 72) {
    settle();
  } else if (kind < 78) {
    move_by_hand();
  } else if (kind < 82) {
    remove();
  } else if (kind < 86) {
    const Worker& renewed = worker();
    const bool was_taken = taken([&] { queue_->renew(renewed); });
    expect(was_taken == oracle_.renew(renewed, now()), "renew");
  } else if (kind < 88) {
    const Worker& closed = worker();
    queue_->close(closed);
    oracle_.close(closed);
  } else if (kind < 91) {
    const std::optional<Timestamp> next = queue_->sweep();
    const std::optional<std::int64_t> expected = oracle_.sweep(now());
    expect(next.has_value() == expected.has_value() &&
               (!next || next->time_since_epoch().count() == *expected),
           "sweep");
  } else if (kind < 98) {
    clock_.advance(static_cast<std::int64_t>(pick(900)));
  } else if (kind < 99) {
    store_->pack();
  } else {
    open();
  }
}

void Walk::compare_all() {
  std::size_t listed = 0;
  for (const Call& call : store_->calls({})) {
    ++listed;
    const auto at = oracle_.entries().find(call.id);
    expect(at != oracle_.entries().end(), "there should be no call " + call.id);
    expect(at->second.call.status == call.status,
           fmt::format("call {} is {} and not {}", call.id, to_string(call.status),
                       to_string(at->second.call.status)));
    expect(queue_->find_result(call.key()) == at->second.result, "result of " + call.id);
  }
  expect(listed == oracle_.entries().size(), "the number of calls");
  const Verification found = Safekeeping(*store_).verify();
  for (const Problem& problem : found.problems) expect(false, problem.where + ": " + problem.what);
  for (const Worker& each : workers_) {
    std::vector<std::string> held;
    for (const Queue::HeldCall& call : queue_->held(each)) {
      held.push_back(fmt::format("{}/{}", call.id, call.attempt));
    }
    expect(held == oracle_.held(each), "what a worker holds");
  }
}

}  // namespace

void walk_queue(const std::string& path, std::uint64_t seed, std::size_t steps) {
  Walk walk(path, seed);
  for (std::size_t step = 0; step < steps; ++step) {
    try {
      walk.step();
      if (step % 50 == 49) walk.compare_all();
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("step {}: {}", step, error.what()));
    }
  }
  walk.compare_all();
}

// Every step of the queue's requests fails. A call is handed to one worker at a time, and is never
// lost from the queue.

#include "sample_history.h"
#include "trial.h"

#include <catch2/catch.hpp>
#include <optional>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

const ClaimWish anything{.functions = {{"work", 10}}, .commands = 10, .most = 10};

/// A clock that tests move.
class HandClock final : public Clock {
 public:
  Timestamp now() const override { return now_; }
  void forward(std::chrono::milliseconds by) { now_ += by; }

 private:
  Timestamp now_ = system_clock().now();
};

StoreOptions options_with(const Clock& clock) {
  StoreOptions options = quiet_options();
  options.clock = &clock;
  return options;
}

}  // namespace

TEST_CASE("a submission is queued or not there, whatever step fails") {
  every_step("submit", [](Trial& trial) {
    make_history(trial.path());
    {
      Store store = Store::open(trial.path(), quiet_options());
      Queue queue(store);
      const Submission submission{.call = {.id = "new", .fn_id = "work", .type = CallType::async}};
      const auto first = trial.failing([&] { queue.submit(submission); });
      INFO("failed: " << trial.failure().description());
      const bool there = store.find({"work", "new"}).has_value();
      if (!first) CHECK(there);
      if (first && *first != Errc::in_doubt) CHECK_FALSE(there);
      const auto second = outcome([&] { queue.submit(submission); });
      CHECK(second.has_value() == there);
      const Worker worker = Queue::new_worker(10s);
      CHECK(queue.claim(worker, anything).size() == history_waiting + 1);
    }
    CHECK(trial.reopened().at({"work", "new"}).call.status == Status::running);
  });
}

TEST_CASE("a claim hands out each call once, whatever step fails") {
  every_step("claim", [](Trial& trial) {
    make_history(trial.path());
    HandClock clock;
    {
      Store store = Store::open(trial.path(), options_with(clock));
      Queue queue(store);
      const Worker first = Queue::new_worker(10s);
      const Worker second = Queue::new_worker(10s);
      std::size_t handed = 0;
      const auto failed = trial.failing([&] { handed = queue.claim(first, anything).size(); });
      INFO("failed: " << trial.failure().description());
      CHECK(handed == (failed ? 0 : history_waiting));
      const std::size_t held = queue.held(first).size();
      CHECK((held == 0 || held == history_waiting));
      if (!failed) CHECK(held == history_waiting);
      if (failed && *failed != Errc::in_doubt) CHECK(held == 0);
      CHECK(queue.claim(second, anything).size() == history_waiting - held);
      clock.forward(1h);
      const std::vector<Claim> again = queue.claim(second, anything);
      REQUIRE(again.size() == history_waiting);
      for (const Claim& claim : again) CHECK(claim.attempt == 2);
    }
    CHECK(trial.reopened().size() == 302 + history_waiting);
  });
}

TEST_CASE("an end is recorded once, whatever step fails") {
  every_step("settle", [](Trial& trial) {
    make_history(trial.path());
    HandClock clock;
    const CallKey key{"work", "waiting-0"};
    {
      Store store = Store::open(trial.path(), options_with(clock));
      Queue queue(store);
      const Worker worker = Queue::new_worker(10s);
      REQUIRE(queue.claim(worker, anything).size() == history_waiting);
      Settlement end{.step = {.to = Status::success}, .log = "done\n", .result = "42"};
      const auto failed = trial.failing([&] { queue.settle(worker, key, 1, end); });
      INFO("failed: " << trial.failure().description());
      const bool ended = store.get(key).status == Status::success;
      if (!failed) CHECK(ended);
      if (failed && *failed != Errc::in_doubt) CHECK_FALSE(ended);
      CHECK(store.find_log(key).has_value() == ended);
      CHECK(queue.find_result(key).has_value() == ended);
      const auto again = outcome([&] { queue.settle(worker, key, 1, end); });
      CHECK(again.has_value() == ended);
      CHECK(queue.find_result(key) == "42");
    }
    CHECK(trial.reopened().at({"work", "waiting-0"}).log == "done\n");
  });
}

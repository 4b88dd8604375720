#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

Submission job(std::string_view fn_id, std::string_view id, int priority = 0, int delay = 0) {
  Submission made;
  made.call = call_in(delay > 0 ? Status::delayed : Status::queued, fn_id, id);
  made.call.type = CallType::async;
  made.call.created_at.reset();
  made.call.priority = priority;
  made.call.delay = delay;
  return made;
}

void submit(FreshStore& history, const Submission& submission) {
  CHECK(history.queue([&](Queue& queue) { return queue.submit(submission); }) ==
        submission.call.id);
}

Worker open_worker() {
  return Queue::new_worker(10s);
}

/// The ids a worker gets, in order.
std::vector<std::string> claimed(FreshStore& history, const Worker& worker, const ClaimWish& wish) {
  std::vector<std::string> ids;
  for (const Claim& claim :
       history.queue([&](Queue& queue) { return queue.claim(worker, wish); })) {
    ids.push_back(claim.call.id);
  }
  return ids;
}

ClaimWish calls_of(std::string_view fn_id, std::size_t most) {
  return {.functions = {{std::string(fn_id), most}}, .most = most};
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("the queue hands out the highest priority first, and within one in order") {
  FreshStore history = fresh_store();
  submit(history, job("fn", "low-1", 0));
  submit(history, job("fn", "high-9", 2));
  submit(history, job("fn", "mid-1", 1));
  submit(history, job("fn", "high-1", 2));
  submit(history, job("fn", "low-0", 0));
  submit(history, job("other", "urgent", 2));
  const Worker worker = open_worker();
  CHECK(claimed(history, worker, calls_of("fn", 1)) == Ids{"high-9"});
  CHECK(claimed(history, worker, calls_of("fn", 3)) == Ids{"high-1", "mid-1", "low-1"});
  const ClaimWish both{.functions = {{"fn", 5}, {"other", 5}}, .most = 5};
  CHECK(claimed(history, worker, both) == Ids{"urgent", "low-0"});
  CHECK(claimed(history, worker, both).empty());
}

TEST_CASE("a worker gets only what it can run, and no more than it has room for") {
  FreshStore history = fresh_store();
  submit(history, job("a", "a1"));
  submit(history, job("b", "b1"));
  submit(history, job("a", "a2"));
  Submission command = job("c", "c1");
  command.runner = Runner::command;
  submit(history, command);
  const Worker worker = open_worker();
  CHECK(claimed(history, worker, {.functions = {{"c", 9}, {"nobody", 9}}, .most = 9}).empty());
  CHECK(claimed(history, worker, {.commands = 0, .most = 9}).empty());
  CHECK(claimed(history, worker, {.functions = {{"a", 1}}, .most = 9}) == Ids{"a1"});
  CHECK(claimed(history, worker, {.commands = 9, .most = 0}).empty());
  CHECK(claimed(history, worker, {.functions = {{"b", 0}}, .commands = 9, .most = 9}) == Ids{"c1"});
  CHECK(claimed(history, worker, {.functions = {{"a", 9}, {"b", 9}}, .most = 9}) ==
        Ids{"b1", "a2"});
}

TEST_CASE("a claimed call is running, and its end is recorded with log and result") {
  FreshStore history = fresh_store();
  Submission submission = job("fn", "id", 1);
  submission.call.payload = std::string("some\0bytes", 10);
  submission.call.config = {{"size", "small"}};
  history.clock().set(at(1'000));
  submit(history, submission);
  const Worker worker = open_worker();
  history.clock().set(at(2'000));
  const std::vector<Claim> claims =
      history.queue([&](Queue& queue) { return queue.claim(worker, calls_of("fn", 1)); });
  REQUIRE(claims.size() == 1);
  Call expected = submission.call;
  expected.created_at = at(1'000);
  expected.status = Status::running;
  expected.started_at = at(2'000);
  CHECK(claims[0].call == expected);
  CHECK(claims[0].attempt == 1);
  CHECK(history->get({"fn", "id"}) == expected);
  const auto held = history.queue([&](Queue& queue) { return queue.held(worker); });
  REQUIRE(held.size() == 1);
  CHECK((held[0].fn_id == "fn" && held[0].id == "id" && held[0].attempt == 1));

  history.clock().set(at(3'000));
  const Settlement end{.step = {.to = Status::success, .stats = samples_each_second(2)},
                       .started_at = at(2'500),
                       .log = "a line\n",
                       .result = "the result"};
  expected = history.queue([&](Queue& queue) {
    return queue.settle(worker, {"fn", "id"}, 1, end);
  });
  CHECK(expected.started_at == at(2'500));
  CHECK(expected.completed_at == at(3'000));
  CHECK(expected.stats == samples_each_second(2));
  CHECK(history->get({"fn", "id"}) == expected);
  CHECK(history->get_log({"fn", "id"}) == "a line\n");
  const auto result = [&](const char* id) {
    return history.queue([&](Queue& queue) { return queue.find_result({"fn", id}); });
  };
  CHECK(result("id") == "the result");
  CHECK(result("no such call") == std::nullopt);
  CHECK(history.queue([&](Queue& queue) { return queue.held(worker).empty(); }));
  history.remove({"fn", "id"});
  CHECK(result("id") == std::nullopt);
}

TEST_CASE("a delayed call is queued when it is due, behind those that wait") {
  FreshStore history = fresh_store();
  history.clock().set(at(0));
  submit(history, job("fn", "later", 0, 5));
  submit(history, job("fn", "much-later", 0, 3'600));
  const Worker worker = open_worker();
  history.clock().set(at(4'999));
  CHECK(claimed(history, worker, calls_of("fn", 9)).empty());
  CHECK(history.queue([](Queue& queue) { return queue.sweep(); }) == at(5'000));
  CHECK(history->get({"fn", "later"}).status == Status::delayed);
  submit(history, job("fn", "now"));
  history.clock().set(at(5'000));
  history.queue([](Queue& queue) { return queue.sweep(); });
  CHECK(history->get({"fn", "later"}).status == Status::queued);
  submit(history, job("fn", "after"));
  CHECK(claimed(history, worker, calls_of("fn", 9)) == Ids{"now", "later", "after"});
  CHECK(history->get({"fn", "much-later"}).status == Status::delayed);
}

TEST_CASE("a key is submitted once as long as its call exists") {
  FreshStore history = fresh_store();
  Submission first = job("fn", "first");
  first.idempotency_key = "order-7";
  submit(history, first);
  Submission second = job("fn", "second");
  second.idempotency_key = "order-7";
  const auto submitted = [&](const Submission& submission) {
    return history.queue([&](Queue& queue) { return queue.submit(submission); });
  };
  CHECK(submitted(second) == "first");
  CHECK(history->find({"fn", "second"}) == std::nullopt);
  Submission elsewhere = second;
  elsewhere.call.fn_id = "other";
  CHECK(submitted(elsewhere) == "second");
  history.queue([](Queue& queue) { return queue.cancel({"fn", "first"}); });
  CHECK(submitted(second) == "first");
  history.remove({"fn", "first"});
  CHECK(submitted(second) == "second");
}

TEST_CASE("a call that ends by hand leaves the queue") {
  FreshStore history = fresh_store();
  submit(history, job("fn", "cancelled"));
  submit(history, job("fn", "delayed", 0, 100));
  submit(history, job("fn", "taken"));
  submit(history, job("fn", "replaced"));
  submit(history, job("fn", "stays"));
  const Call cancelled = history.queue([](Queue& queue) {
    return queue.cancel({"fn", "cancelled"}, "not wanted");
  });
  CHECK(cancelled.status == Status::cancelled);
  CHECK(cancelled.error == "client_request: not wanted");
  CHECK(history.queue([](Queue& queue) {
                 return queue.cancel({"fn", "delayed"});
               })
            .error == "client_request");
  history.transition({"fn", "taken"}, {.to = Status::running});
  history.insert({{call_in(Status::success, "fn", "replaced"), std::nullopt}}, OnConflict::replace);
  history.clock().set(at(1'000'000'000));
  const Worker late = open_worker();
  CHECK(claimed(history, late, calls_of("fn", 9)) == Ids{"stays"});
  CHECK(history->get({"fn", "delayed"}).status == Status::cancelled);
  CHECK(refusal([&] {
          history.queue([](Queue& queue) { return queue.cancel({"fn", "cancelled"}); });
        }) ==
        "conflict: call cancelled is cancelled and cannot become cancelled: nothing was changed");
  CHECK(refusal_code([&] {
          history.queue([](Queue& queue) { return queue.cancel({"fn", "nobody"}); });
        }) == "not_found");
}

TEST_CASE("a submission that makes no sense records nothing") {
  FreshStore history = fresh_store();
  const auto refused = [&](const Submission& submission) {
    return refusal_code(
        [&] { history.queue([&](Queue& queue) { return queue.submit(submission); }); });
  };
  Submission wrong = job("fn", "id");
  wrong.call.type = CallType::sync;
  CHECK(refused(wrong) == "invalid");
  wrong = job("fn", "id");
  wrong.call.status = Status::running;
  CHECK(refused(wrong) == "invalid");
  wrong = job("fn", "id");
  wrong.call.delay = 5;  // and yet queued
  CHECK(refused(wrong) == "invalid");
  for (const int priority : {-1, 3}) CHECK(refused(job("fn", "id", priority)) == "invalid");
  wrong = job("fn", "id", 0, 5);
  wrong.call.delay = -5;
  CHECK(refused(wrong) == "invalid");
  wrong = job("fn", "id");
  wrong.idempotency_key = std::string(257, 'k');
  CHECK(refused(wrong) == "invalid");
  CHECK(refused(job("", "id")) == "invalid");
  CHECK(history->list({}).items.empty());
  submit(history, job("fn", "id"));
  CHECK(refused(job("fn", "id")) == "conflict");
  const Worker worker = open_worker();
  CHECK(claimed(history, worker, calls_of("fn", 9)) == Ids{"id"});
}

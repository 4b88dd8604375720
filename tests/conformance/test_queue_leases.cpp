#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

constexpr auto lease = 10s;
const ClaimWish nine{.functions = {{"fn", 9}}, .most = 9};

/// A store in which the calls "1" to "4" of "fn" wait, submitted at at(0).
FreshStore& with_four(FreshStore& history) {
  history.clock().set(at(0));
  for (const char* const id : {"1", "2", "3", "4"}) {
    Submission submission;
    submission.call = call_in(Status::queued, "fn", id);
    submission.call.type = CallType::async;
    history.queue([&](Queue& queue) { return queue.submit(submission); });
  }
  return history;
}

Worker opened() {
  return Queue::new_worker(lease);
}

/// "id/attempt" of each call that a worker gets.
std::vector<std::string> attempts(FreshStore& history, const Worker& worker,
                                  const ClaimWish& wish) {
  std::vector<std::string> got;
  for (const Claim& claim :
       history.queue([&](Queue& queue) { return queue.claim(worker, wish); })) {
    got.push_back(claim.call.id + "/" + std::to_string(claim.attempt));
  }
  return got;
}

std::string settled(FreshStore& history, const Worker& worker, const char* id, int attempt,
                    Status to = Status::success) {
  return refusal_code([&] {
    history.queue([&](Queue& queue) {
      return queue.settle(worker, {"fn", id}, attempt, {.step = {.to = to}});
    });
  });
}

using Got = std::vector<std::string>;

}  // namespace

TEST_CASE("a lost worker's calls are handed out again in their old places") {
  FreshStore history = fresh_store();
  with_four(history);
  const Worker lost = opened();
  CHECK(attempts(history, lost, {.functions = {{"fn", 2}}, .most = 2}) == Got{"1/1", "2/1"});
  history.clock().set(at(8'000));
  const Worker other = opened();
  history.clock().set(at(10'000));
  history.queue([](Queue& queue) { return queue.sweep(); });
  CHECK(history->get({"fn", "1"}).status == Status::running);  // the last moment of the lease
  history.clock().set(at(10'001));
  CHECK(attempts(history, other, {.functions = {{"fn", 3}}, .most = 3}) ==
        Got{"1/2", "2/2", "3/1"});

  CHECK(settled(history, lost, "1", 1) == "conflict");
  CHECK(settled(history, lost, "1", 2) == "conflict");
  CHECK(settled(history, other, "1", 1) == "conflict");
  CHECK(history->get({"fn", "1"}).status == Status::running);
  CHECK(settled(history, other, "1", 2) == "no error");
  CHECK(settled(history, other, "1", 2) == "conflict");
  CHECK(history->get({"fn", "1"}).status == Status::success);
  CHECK(refusal_code([&] { history.queue([&](Queue& queue) { queue.renew(lost); }); }) ==
        "conflict");
  // It may begin anew; what it held before is still not its own.
  CHECK(attempts(history, lost, nine) == Got{"4/1"});
  CHECK(settled(history, lost, "2", 1) == "conflict");
  CHECK(settled(history, lost, "4", 1) == "no error");
}

TEST_CASE("a lease that is renewed lasts") {
  FreshStore history = fresh_store();
  with_four(history);
  const Worker worker = opened();
  CHECK(attempts(history, worker, {.functions = {{"fn", 1}}, .most = 1}) == Got{"1/1"});
  for (int second = 5; second < 100; second += 5) {
    history.clock().set(at(second * 1'000));
    history.queue([&](Queue& queue) { queue.renew(worker); });
    CHECK(history.queue([](Queue& queue) { return queue.sweep(); }) == at(second * 1'000 + 10'001));
  }
  CHECK(settled(history, worker, "1", 1) == "no error");
}

TEST_CASE("many calls are settled at once, each with its own outcome") {
  FreshStore history = fresh_store();
  with_four(history);
  const Worker worker = opened();
  CHECK(attempts(history, worker, {.functions = {{"fn", 3}}, .most = 3}) ==
        Got{"1/1", "2/1", "3/1"});
  std::vector<HeldEnd> ends(4);
  const char* const ids[] = {"1", "2", "3", "nobody"};
  for (std::size_t i = 0; i < 4; ++i) {
    ends[i].key = {"fn", ids[i]};
    ends[i].attempt = i == 1 ? 7 : 1;
    ends[i].settlement.step.to = Status::success;
    ends[i].settlement.result = ids[i];
  }
  const Handout handout =
      history.queue([&](Queue& queue) { return queue.advance(worker, ends, nine); });
  REQUIRE(handout.claims.size() == 1);
  CHECK(handout.claims[0].call.id == "4");
  CHECK(handout.next == at(10'001));
  CHECK((ends[0].call && ends[0].call->status == Status::success && !ends[0].refusal));
  CHECK((ends[1].refusal && ends[1].refusal->code() == Errc::conflict && !ends[1].call));
  CHECK((ends[2].call && !ends[2].refusal));
  CHECK((ends[3].refusal && ends[3].refusal->code() == Errc::not_found));
  CHECK(history->get({"fn", "2"}).status == Status::running);
  CHECK(history.queue([](Queue& queue) { return queue.find_result({"fn", "3"}); }) == "3");
}

TEST_CASE("a call that is handed back waits in its old place") {
  FreshStore history = fresh_store();
  with_four(history);
  const Worker worker = opened();
  CHECK(attempts(history, worker, {.functions = {{"fn", 3}}, .most = 3}) ==
        Got{"1/1", "2/1", "3/1"});
  CHECK(settled(history, worker, "2", 1, Status::queued) == "no error");
  const Call waiting = history->get({"fn", "2"});
  CHECK(waiting.status == Status::queued);
  CHECK(waiting.started_at == std::nullopt);
  CHECK(settled(history, worker, "2", 1) == "conflict");
  CHECK(attempts(history, worker, nine) == Got{"2/2", "4/1"});
  history.queue([&](Queue& queue) { queue.close(worker); });
  history.queue([&](Queue& queue) { queue.close(worker); });
  const Worker next = opened();
  CHECK(attempts(history, next, nine) == Got{"1/2", "2/3", "3/2", "4/2"});
}

TEST_CASE("a cancelled call's worker is refused") {
  FreshStore history = fresh_store();
  with_four(history);
  const Worker worker = opened();
  CHECK(attempts(history, worker, {.functions = {{"fn", 2}}, .most = 2}) == Got{"1/1", "2/1"});
  history.queue([](Queue& queue) { return queue.cancel({"fn", "1"}); });
  const auto held = history.queue([&](Queue& queue) { return queue.held(worker); });
  REQUIRE(held.size() == 1);
  CHECK(held[0].id == "2");
  CHECK(settled(history, worker, "1", 1) == "conflict");
  CHECK(history->get({"fn", "1"}).error == "client_request");
  // By hand, behind the worker's back.
  history.transition({"fn", "2"}, {.to = Status::queued});
  CHECK(settled(history, worker, "2", 1) == "conflict");
  CHECK(attempts(history, worker, {.functions = {{"fn", 1}}, .most = 1}) == Got{"2/2"});
}

TEST_CASE("what a lost process ran by itself is lost, and what it had not started cancelled") {
  FreshStore history = fresh_store();
  history.clock().set(at(0));
  const Worker lost = opened();
  Call sync = call_in(Status::running, "fn", "sync");
  sync.type = CallType::sync;
  Call detached = call_in(Status::running, "fn", "detached");
  detached.type = CallType::detached;
  Call placing = call_in(Status::queued, "fn", "placing");
  placing.type = CallType::detached;
  for (const Call& call : {sync, detached, placing}) {
    history.queue([&](Queue& queue) { queue.hold(lost, call); });
  }
  CHECK(history->get({"fn", "placing"}) == placing);
  CHECK(attempts(history, lost, nine).empty());
  history.clock().set(at(20'000));
  history.queue([](Queue& queue) { return queue.sweep(); });
  for (const char* const id : {"sync", "detached"}) {
    const Call call = history->get({"fn", id});
    CHECK(call.status == Status::error);
    CHECK(call.error == "lost: the process that ran the call is gone");
    CHECK(call.completed_at == at(20'000));
  }
  CHECK(history->get({"fn", "placing"}).status == Status::cancelled);
  CHECK(settled(history, lost, "sync", 1) == "conflict");
}

TEST_CASE("a call that a worker holds goes on step by step") {
  FreshStore history = fresh_store();
  const Worker worker = opened();
  Call call = call_in(Status::queued, "fn", "id");
  call.type = CallType::detached;
  history.queue([&](Queue& queue) { queue.hold(worker, call); });
  CHECK(refusal_code([&] { history.queue([&](Queue& queue) { queue.hold(worker, call); }); }) ==
        "conflict");
  CHECK(settled(history, worker, "id", 1, Status::success) == "conflict");  // not running yet
  CHECK(settled(history, worker, "id", 1, Status::running) == "no error");
  CHECK(settled(history, worker, "id", 1, Status::delayed) == "conflict");
  CHECK(settled(history, worker, "id", 1, Status::error) == "no error");
  CHECK(settled(history, worker, "nobody", 1) == "not_found");
  call.type = CallType::async;
  call.id = "async";
  CHECK(refusal_code([&] { history.queue([&](Queue& queue) { queue.hold(worker, call); }); }) ==
        "invalid");
  CHECK(refusal_code([] { Queue::new_worker(0ms); }) == "invalid");
}

#include "fnstore/queue.h"
#include "fnstore/retention.h"

#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

using namespace fnstore;

namespace {

std::vector<std::string> all_ids(const Store& store) {
  return ids_of(walk(store, {}));
}

PruneResult prune(FreshStore& history, const PruneRequest& request) {
  return history.write([&](Store& store) { return store.prune(request); });
}

}  // namespace

TEST_CASE("prune deletes what is older, and what it owns, and nothing else") {
  FreshStore history = fresh_store();
  for (int n = 0; n < 10; ++n) {
    Call call = full_call(Status::success, "fn", id_at(n * 1'000));
    call.created_at = at(n * 1'000);
    history.insert({{call, "its log"}}, OnConflict::error);
  }
  const PruneRequest request{.before = at(4'000), .dry_run = true};
  CHECK(prune(history, request).calls == 4);
  CHECK(contents(*history).size() == 10);
  const PruneResult result = prune(history, {.before = at(4'000)});
  CHECK(result.calls == 4);
  CHECK(result.by_status[static_cast<std::size_t>(Status::success)] == 4);
  CHECK(result.functions == 1);
  CHECK(contents(*history).size() == 6);
  CHECK(all_ids(*history).back() == id_at(4'000));  // the bound is exclusive
  CHECK(history->find_log({"fn", id_at(1'000)}) == std::nullopt);
  CHECK(history->get_log({"fn", id_at(4'000)}) == "its log");
  CHECK(prune(history, {.before = at(4'000)}).calls == 0);
}

TEST_CASE("prune keeps the newest of each function") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("a", 200));
  history.seed(done_each_second("b", 7));
  CHECK(prune(history, {.keep_last = 10}).calls == 190);
  CHECK(walk(*history, {.fn_id = "a"}).size() == 10);
  CHECK(walk(*history, {.fn_id = "a"}).back().created_at == at(190'000));
  CHECK(walk(*history, {.fn_id = "b"}).size() == 7);
  CHECK(prune(history, {.fn_id = "b", .keep_last = 0}).calls == 7);
  CHECK(walk(*history, {}).size() == 10);
}

TEST_CASE("prune by number counts only the states that were given") {
  FreshStore history = fresh_store();
  for (int n = 0; n < 12; ++n) {
    Call call = call_in(n % 3 == 0 ? Status::error : Status::success, "fn", id_at(n * 1'000));
    call.created_at = at(n * 1'000);
    history.insert(call);
  }
  CHECK(prune(history, {.status = {Status::error}, .keep_last = 1}).calls == 3);
  const std::vector<Call> left = walk(*history, {.status = {Status::error}});
  REQUIRE(left.size() == 1);
  CHECK(left.front().id == id_at(9'000));
  CHECK(walk(*history, {.status = {Status::success}}).size() == 8);
}

TEST_CASE("prune never takes a call that is not finished") {
  FreshStore history = fresh_store();
  for (const Status status : {Status::delayed, Status::queued, Status::running}) {
    history.insert(call_in(status, "fn", to_string(status)));
  }
  history.insert(done("fn", "m"));
  CHECK(prune(history, {.fn_id = "fn"}).calls == 1);
  CHECK(all_ids(*history) == std::vector<std::string>{"running", "queued", "delayed"});
  for (const Status status : {Status::delayed, Status::queued, Status::running}) {
    CHECK_THAT(refusal([&] { prune(history, {.status = {status}}); }),
               Catch::StartsWith("invalid: calls that are " + std::string(to_string(status))));
  }
}

TEST_CASE("prune takes results and keys with the call, and only with it") {
  FreshStore history = fresh_store();
  const auto submit = [&](const std::string& id, const std::string& key) {
    Submission submission;
    submission.call = call_in(Status::queued, "fn", id);
    submission.call.type = CallType::async;
    submission.idempotency_key = key;
    return history.queue([&](Queue& queue) { return queue.submit(submission); });
  };
  const Worker worker = Queue::new_worker(std::chrono::hours(1));
  for (const char* const id : {"a", "b", "c"}) submit(id, id);
  history.queue([&](Queue& queue) {
    queue.claim(worker, {.functions = {{"fn", 3}}, .most = 3});
    for (const char* const id : {"a", "c"}) {
      queue.settle(worker, {"fn", id}, 1, {.step = {.to = Status::success}, .result = "done"});
    }
    return 0;
  });
  CHECK(prune(history, {.fn_id = "fn"}).calls == 2);
  CHECK(history.queue([&](Queue& queue) {
    return queue.find_result({"fn", "a"});
  }) == std::nullopt);
  CHECK(submit("d", "a") == "d");  // the key is free again
  CHECK(submit("e", "b") == "b");  // that one is not
}

TEST_CASE("prune takes results and keys of a part of a function's calls, and leaves the others'") {
  FreshStore history = fresh_store();
  const auto submit = [&](const std::string& id, const std::string& key) {
    Submission submission;
    submission.call = call_in(Status::queued, "fn", id);
    submission.call.type = CallType::async;
    submission.idempotency_key = key;
    return history.queue([&](Queue& queue) { return queue.submit(submission); });
  };
  const Worker worker = Queue::new_worker(std::chrono::hours(1));
  for (const char* const id : {"a", "b", "c"}) submit(id, id);
  history.queue([&](Queue& queue) {
    queue.claim(worker, {.functions = {{"fn", 3}}, .most = 3});
    for (const char* const id : {"a", "b", "c"}) {
      const Status end = id == std::string("b") ? Status::error : Status::success;
      queue.settle(worker, {"fn", id}, 1, {.step = {.to = end}, .result = id});
    }
    return 0;
  });
  CHECK(prune(history, {.fn_id = "fn", .status = {Status::error}}).calls == 1);
  const auto result_of = [&](const char* id) {
    return history.queue([&](Queue& queue) { return queue.find_result({"fn", id}); });
  };
  CHECK(result_of("a") == "a");
  CHECK(result_of("b") == std::nullopt);
  CHECK(result_of("c") == "c");
  CHECK(submit("d", "b") == "d");  // the key is free again
  CHECK(submit("e", "c") == "c");  // that one is not
}

TEST_CASE("prune must be told something") {
  FreshStore history = fresh_store();
  CHECK_THAT(refusal([&] { prune(history, {}); }), Catch::StartsWith("invalid: nothing says"));
}

TEST_CASE("prune to a size deletes the oldest, and no more than it must") {
  FreshStore history = fresh_store();
  std::vector<Call> calls = done_each_second("fn", 40);
  std::vector<CallRecord> records;
  for (const Call& call : calls) records.push_back({call, std::nullopt});
  std::uint64_t state = 1;
  for (CallRecord& record : records) {
    record.log.emplace();
    for (int i = 0; i < 50'000; ++i) {  // that does not compress
      state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      record.log->push_back(static_cast<char>(state >> 56U));
    }
  }
  history.insert(records, OnConflict::error);
  const PruneResult result = prune(history, {.max_bytes = 1'000'000});
  CHECK(result.calls >= 20);
  CHECK(result.calls <= 30);
  const std::vector<Call> left = walk(*history, {});
  CHECK(left.size() == 40 - result.calls);
  CHECK(left.front().id == calls.back().id);
  CHECK(left.back().created_at == at(static_cast<std::int64_t>(1'000 * result.calls)));
  CHECK(prune(history, {.max_bytes = 1'000'000}).calls == 0);
}

TEST_CASE("prune to a size finds the few calls that may go among many that may not") {
  FreshStore history = fresh_store();
  std::vector<Call> calls = done_each_second("fn", 600);
  std::vector<CallRecord> records;
  std::uint64_t state = 1;
  for (std::size_t n = 0; n < calls.size(); ++n) {
    CallRecord& record = records.emplace_back(CallRecord{calls[n], std::nullopt});
    if (n < 570) continue;
    record.call.status = Status::error;
    record.log.emplace();
    for (int i = 0; i < 50'000; ++i) {  // that does not compress
      state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      record.log->push_back(static_cast<char>(state >> 56U));
    }
  }
  history.insert(records, OnConflict::error);
  const PruneRequest request{.status = {Status::error}, .max_bytes = 800'000};
  PruneRequest dry = request;
  dry.dry_run = true;
  const PruneResult foreseen = prune(history, dry);
  CHECK(foreseen.calls >= 1);
  CHECK(walk(*history, {}).size() == 600);
  const PruneResult result = prune(history, request);
  CHECK(result.calls >= 14);
  CHECK(result.calls <= 24);
  CHECK(walk(*history, {.status = {Status::success}}).size() == 570);
  CHECK(walk(*history, {}).front().id == calls.back().id);
}

#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

namespace {

Call unstamped(Call call) {
  call.created_at.reset();
  return call;
}

}  // namespace

TEST_CASE("a call without created_at was created when it was inserted") {
  FreshStore history = fresh_store();
  for (int status = 0; status < status_count; ++status) {
    const auto now = at(1'000 + status);
    history.clock().set(now);
    Call call = call_in(static_cast<Status>(status), "fn", fmt::format("{}", status));
    history.insert(unstamped(call));
    call.created_at = now;
    CHECK(history->get(call.key()) == call);
  }
  CHECK(ids_of(history->list({.from_time = at(1'001), .to_time = at(1'004)}).items) ==
        std::vector<std::string>{"3", "2"});
}

TEST_CASE("in a batch only the calls without created_at take the clock's") {
  FreshStore history = fresh_store();
  const std::size_t size = GENERATE(6, 300);
  history.clock().set(at(55'000));
  std::vector<Call> calls;
  for (std::size_t i = 0; i < size; ++i) {
    calls.push_back(full_call(Status::success, "fn", fmt::format("{:03}", i)));
    calls.back().created_at = at(static_cast<std::int64_t>(i));
    if (i % 3 == 1) calls.back().created_at.reset();
  }
  SECTION("calls") {
    history.insert(calls);
  }
  SECTION("records") {
    std::vector<CallRecord> records;
    for (const Call& call : calls) records.push_back({call, "log"});
    history.insert(records, OnConflict::error);
  }
  history.clock().set(at(99'000));
  for (Call& call : calls) {
    if (!call.created_at) call.created_at = at(55'000);
    CHECK(history->get(call.key()) == call);
  }
  CHECK(walk(*history, {.from_time = at(54'999), .to_time = at(55'001)}).size() == size / 3);
}

TEST_CASE("a replaced call without created_at takes the clock's again") {
  FreshStore history = fresh_store();
  history.insert(done("fn", "id", at(-5'000)));
  history.clock().set(at(3));
  history.insert({{unstamped(done("fn", "id")), {}}}, OnConflict::replace);
  CHECK(history->get({"fn", "id"}).created_at == at(3));
}

TEST_CASE("the clock may step back") {
  FreshStore history = fresh_store();
  history.clock().set(at(10'000));
  history.insert(unstamped(call_in(Status::queued, "fn", "1")));
  history.clock().set(at(2'000));
  history.insert(unstamped(call_in(Status::queued, "fn", "2")));
  CHECK(history.transition({"fn", "1"}, {.to = Status::running}).started_at == at(2'000));
  CHECK(history->get({"fn", "1"}).created_at == at(10'000));
  CHECK(history->get({"fn", "2"}).created_at == at(2'000));
}

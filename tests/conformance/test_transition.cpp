#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

using namespace fnstore;

namespace {

/// The nine steps there are.
const std::pair<Status, Status> legal[] = {
    {Status::delayed, Status::queued},   {Status::delayed, Status::running},
    {Status::queued, Status::running},   {Status::running, Status::success},
    {Status::running, Status::error},    {Status::delayed, Status::cancelled},
    {Status::queued, Status::cancelled}, {Status::running, Status::cancelled},
    {Status::running, Status::queued},
};

bool is_legal(Status from, Status to) {
  return std::find(std::begin(legal), std::end(legal), std::pair(from, to)) != std::end(legal);
}

/// The call that a step makes of another.
Call after(Call call, Status to, Timestamp when, const std::string& error) {
  call.status = to;
  call.error = error;
  if (to == Status::running) call.started_at = when;
  if (to == Status::queued) call.started_at.reset();
  if (is_finished(to)) call.completed_at = when;
  return call;
}

}  // namespace

TEST_CASE("of all 36 steps the nine legal ones are taken and the others change nothing") {
  FreshStore history = fresh_store();
  std::vector<CallRecord> records;
  for (int i = 0; i < 36; ++i) {
    const std::string id = fmt::format("{:02}", i);
    records.push_back({full_call(static_cast<Status>(i / 6), "fn", id), "log " + id});
  }
  history.insert(records, OnConflict::error);
  for (int i = 0; i < 36; ++i) {
    const auto from = static_cast<Status>(i / 6);
    const auto to = static_cast<Status>(i % 6);
    CAPTURE(from, to);
    Call& call = records[static_cast<std::size_t>(i)].call;
    Transition step{.to = to, .at = at(60'000 + i)};
    if (to == Status::error || to == Status::cancelled) step.error = "killed: signal 9";
    if (is_legal(from, to)) {
      call = after(call, to, at(60'000 + i), step.error);
      CHECK(history.transition(call.key(), step) == call);
    } else {
      const std::string said = refusal([&] { history.transition(call.key(), step); });
      CHECK_THAT(said, Catch::StartsWith("conflict: "));
      CHECK_THAT(said, Catch::Contains(std::string(to_string(from))));
      CHECK_THAT(said, Catch::Contains(std::string(to_string(to))));
    }
    CHECK(history->get(call.key()) == call);
  }
  const std::vector<Recorded> all = contents(*history);
  REQUIRE(all.size() == records.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].call == records[35 - i].call);
    CHECK(all[i].log == records[35 - i].log);
  }
}

TEST_CASE("a step without a time takes the clock's") {
  FreshStore history = fresh_store();
  history.insert(call_in(Status::queued, "fn", "id"));
  history.clock().set(at(7'001));
  CHECK(history.transition({"fn", "id"}, {.to = Status::running}).started_at == at(7'001));
  history.clock().set(at(9'002));
  const Call ended = history.transition({"fn", "id"}, {.to = Status::success});
  CHECK(ended.started_at == at(7'001));
  CHECK(ended.completed_at == at(9'002));
  CHECK(ended.created_at == at(0));
  CHECK(history->get({"fn", "id"}) == ended);
}

TEST_CASE("a call's whole life, with a lost worker in it") {
  FreshStore history = fresh_store();
  Call call = full_call(Status::delayed, "fn", id_at(0));
  history.insert({{call, "before it ran"}}, OnConflict::error);
  const Status steps[] = {Status::queued, Status::running, Status::queued, Status::running,
                          Status::error};
  std::int64_t time = 1'000;
  for (const Status to : steps) {
    const std::string error = to == Status::error ? "timeout: after 300 s" : "";
    call = after(call, to, at(time), error);
    CHECK(history.transition(call.key(), {.to = to, .at = at(time), .error = error}) == call);
    CHECK(history->get(call.key()) == call);
    CHECK(history->list({.fn_id = "fn"}).items == std::vector<Call>{as_listed(call)});
    CHECK(history->list({.fn_id = "fn", .status = {to}}).items.size() == 1);
    time += 1'000;
  }
  CHECK(call.started_at == at(4'000));
  CHECK(call.completed_at == at(5'000));
  CHECK(history->get_log(call.key()) == "before it ran");
}

TEST_CASE("a lost worker's call has no started_at any more") {
  FreshStore history = fresh_store();
  history.insert(call_in(Status::running, "fn", "id"));
  CHECK(history.transition({"fn", "id"}, {.to = Status::queued}).started_at == std::nullopt);
  CHECK(history->get({"fn", "id"}).started_at == std::nullopt);
  CHECK(history->list({}).items.at(0).started_at == std::nullopt);
}

TEST_CASE("a cancelled call that never started has no started_at") {
  FreshStore history = fresh_store();
  for (const Status from : {Status::delayed, Status::queued}) {
    const std::string id(to_string(from));
    history.insert(call_in(from, "fn", id));
    const Call ended = history.transition({"fn", id}, {.to = Status::cancelled, .at = at(9)});
    CHECK(ended.started_at == std::nullopt);
    CHECK(ended.completed_at == at(9));
    CHECK(ended.error.empty());
    CHECK(history->get({"fn", id}) == ended);
  }
}

TEST_CASE("the stats of a step replace those of the call, and none leave them") {
  FreshStore history = fresh_store();
  Call call = full_call(Status::running, "fn", "id");
  history.insert(call);
  const Stats final_stats = samples_each_second(3);
  SECTION("replaced") {
    CHECK(history.transition(call.key(), {.to = Status::success, .stats = final_stats}).stats ==
          final_stats);
    CHECK(history->get(call.key()).stats == final_stats);
  }
  SECTION("left") {
    CHECK(history.transition(call.key(), {.to = Status::success}).stats == call.stats);
    CHECK(history->get(call.key()).stats == call.stats);
  }
}

TEST_CASE("a step with a value that breaks a rule is refused and changes nothing") {
  FreshStore history = fresh_store();
  history.insert({{full_call(Status::running, "fn", "id"), "log"}}, OnConflict::error);
  const std::vector<Recorded> before = contents(*history);
  Stats unordered = samples_each_second(2);
  std::swap(unordered[0], unordered[1]);
  const Transition broken[] = {
      {.to = Status::success, .error = "no error goes with success"},
      {.to = Status::queued, .error = "nor with this"},
      {.to = Status::error, .error = std::string(limits::error_bytes + 1, 'x')},
      {.to = Status::error, .error = "\xff"},
      {.to = Status::success, .at = latest_timestamp + std::chrono::milliseconds(1)},
      {.to = Status::success, .at = earliest_timestamp - std::chrono::milliseconds(1)},
      {.to = Status::success, .stats = unordered},
      {.to = Status::success, .stats = {{at(0), {{"", 1}}}}},
  };
  for (const Transition& step : broken) {
    CAPTURE(&step - broken);
    CHECK(refusal_code([&] { history.transition({"fn", "id"}, step); }) == "invalid");
  }
  CHECK_THROWS_AS(history.transition({"fn", "id"}, {.to = static_cast<Status>(6)}), Error);
  CHECK(contents(*history) == before);
}

TEST_CASE("a call that is not there takes no step") {
  FreshStore history = fresh_store();
  history.insert(call_in(Status::queued, "fn", "id"));
  for (const CallKey key : {CallKey{"fn", "no"}, CallKey{"no", "id"}}) {
    CHECK(refusal([&] { history.transition(key, {.to = Status::running}); }) ==
          "not_found: Call not found");
  }
  CHECK(history->find({"no", "id"}) == std::nullopt);
}

#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

TEST_CASE("a finished call is removed with all it owns") {
  FreshStore history = fresh_store();
  for (const Status status : {Status::success, Status::error, Status::cancelled}) {
    const Call call = full_call(status, "fn", to_string(status));
    history.insert({{call, "its log"}}, OnConflict::error);
    history.insert(done("fn", fmt::format("{} stays", to_string(status))));
    history.remove(call.key());
    CHECK(history->find(call.key()) == std::nullopt);
    CHECK(history->find_log(call.key()) == std::nullopt);
    CHECK(refusal([&] { history->get_log(call.key()); }) == "not_found: Call log not found");
    CHECK(refusal([&] { history.remove(call.key()); }) == "not_found: Call not found");
    CHECK(refusal([&] { history.put_log(call.key(), "x"); }) == "not_found: Call not found");
  }
  CHECK(ids_of(history->list({.fn_id = "fn"}).items) ==
        std::vector<std::string>{"success stays", "error stays", "cancelled stays"});
  CHECK(contents(*history).size() == 3);
}

TEST_CASE("a call that is not finished is not removed") {
  FreshStore history = fresh_store();
  for (const Status status : {Status::delayed, Status::queued, Status::running}) {
    const Call call = full_call(status, "fn", to_string(status));
    history.insert({{call, "its log"}}, OnConflict::error);
    const std::vector<Recorded> before = contents(*history);
    const std::string said = refusal([&] { history.remove(call.key()); });
    CHECK_THAT(said, Catch::StartsWith("conflict: "));
    CHECK_THAT(said, Catch::Contains(std::string(to_string(status))));
    CHECK(contents(*history) == before);
  }
  history.transition({"fn", "running"}, {.to = Status::success});
  history.remove({"fn", "running"});
  CHECK(history->find({"fn", "running"}) == std::nullopt);
}

TEST_CASE("the id of a removed call is free, and the new call has nothing of the old") {
  FreshStore history = fresh_store();
  for (const Status status : {Status::queued, Status::success}) {
    const Call old = full_call(Status::error, "fn", to_string(status));
    history.insert({{old, "the old log"}}, OnConflict::error);
    history.remove(old.key());
    Call call = call_in(status, "fn", old.id);
    call.created_at = at(77);
    history.insert(call);
    CHECK(history->get(call.key()) == call);
    CHECK(history->find_log(call.key()) == std::nullopt);
    CHECK(history->list({.fn_id = "fn", .status = {status}}).items ==
          std::vector<Call>{as_listed(call)});
    CHECK(history->list({.fn_id = "fn", .status = {Status::error}}).items.empty());
  }
  CHECK(contents(*history).size() == 2);
}

TEST_CASE("a call is removed from any place among others, until none is left") {
  FreshStore history = fresh_store();
  std::vector<Call> calls = done_each_second("fn", 40);
  history.seed(calls);
  history.seed(done_each_second("other", 2));
  for (const std::size_t place : {0, 38, 17, 0, 35, 18, 18}) {
    history.remove(calls[place].key());
    calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(place));
    std::vector<Call> listed = walk(*history, {.fn_id = "fn", .per_page = 7});
    std::reverse(listed.begin(), listed.end());
    CHECK(listed == calls);
  }
  for (const Call& call : calls) history.remove(call.key());
  CHECK(history->list({.fn_id = "fn"}).items.empty());
  CHECK(history->list({}).items.size() == 2);
  CHECK(history->info().functions == 1);
  CHECK(contents(*history).size() == 2);
  history.insert(calls.front());
  CHECK(history->get(calls.front().key()) == calls.front());
  CHECK(contents(*history).size() == 3);
}

TEST_CASE("a call is removed from one function only") {
  FreshStore history = fresh_store();
  history.seed({done("fn-1", "id"), done("fn-2", "id"), done("fn-3", "id")});
  history.remove({"fn-2", "id"});
  CHECK(history->find({"fn-1", "id"}).has_value());
  CHECK(history->find({"fn-2", "id"}) == std::nullopt);
  CHECK(history->find({"fn-3", "id"}).has_value());
}

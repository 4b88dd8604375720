#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;
using Ids = std::vector<std::string>;

namespace {

/// Ids that a filter selects in function fn, the same as over all functions.
Ids selected(const FreshStore& history, CallFilter filter) {
  filter.per_page = 1'000;
  const Ids over_all = ids_of(history->list(filter).items);
  filter.fn_id = "fn";
  const Ids found = ids_of(history->list(filter).items);
  CHECK(over_all == found);
  return found;
}

}  // namespace

TEST_CASE("status selects any of those named") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (int status = 0; status < status_count; ++status) {
    const auto word = static_cast<Status>(status);
    calls.push_back(call_in(word, "fn", fmt::format("{}", to_string(word))));
  }
  history.seed(calls);
  for (const Call& call : calls) {
    CHECK(selected(history, {.status = {call.status}}) == Ids{call.id});
  }
  CHECK(selected(history, {.status = {Status::error, Status::queued}}) == Ids{"queued", "error"});
  CHECK(selected(history, {.status = {Status::error, Status::error}}) == Ids{"error"});
  CHECK(selected(history, {.status = {Status::success, Status::running, Status::cancelled}}) ==
        Ids{"success", "running", "cancelled"});
  CHECK(selected(history, {.status = {Status::delayed, Status::queued, Status::running,
                                      Status::success, Status::error, Status::cancelled}})
            .size() == 6);
  CHECK(selected(history, {}).size() == 6);
}

TEST_CASE("a status or type that there is not is invalid") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 3));
  for (const int number : {6, 31, 32, 255}) {
    CAPTURE(number);
    CHECK(refusal_code([&] { history->list({.status = {static_cast<Status>(number)}}); }) ==
          "invalid");
    CHECK(refusal_code([&] { history->list({.type = static_cast<CallType>(number)}); }) ==
          "invalid");
  }
}

TEST_CASE("type selects one type, the empty one too") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (int type = 0; type < call_type_count; ++type) {
    calls.push_back(done("fn", fmt::format("{} ended", type)));
    calls.back().type = static_cast<CallType>(type);
    calls.push_back(call_in(Status::queued, "fn", fmt::format("{} waits", type)));
    calls.back().type = static_cast<CallType>(type);
  }
  history.seed(calls);
  CHECK(selected(history, {.type = CallType::none}) == Ids{"0 waits", "0 ended"});
  CHECK(selected(history, {.type = CallType::sync}) == Ids{"1 waits", "1 ended"});
  CHECK(selected(history, {.type = CallType::async}) == Ids{"2 waits", "2 ended"});
  CHECK(selected(history, {.type = CallType::detached}) == Ids{"3 waits", "3 ended"});
  CHECK(selected(history, {.type = {}}).size() == 8);
}

TEST_CASE("app_id selects by the whole id, whatever the app is called") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  const auto add = [&](std::string id, std::string app_id, std::string app_name) {
    calls.push_back(done("fn", id));
    calls.back().app_id = std::move(app_id);
    calls.back().app_name = std::move(app_name);
  };
  add("1", "app-1", "a name");
  add("2", "app-1", "another name");
  add("3", "app-1", "");
  add("4", "app-10", "a name");
  add("5", "", "app-1");
  add("6", "", "");
  add("7", "App-1", "");
  add("8", "caf\u00e9", "");
  history.seed(calls);
  CHECK(selected(history, {.app_id = "app-1"}) == Ids{"3", "2", "1"});
  CHECK(selected(history, {.app_id = "app-10"}) == Ids{"4"});
  CHECK(selected(history, {.app_id = "App-1"}) == Ids{"7"});
  CHECK(selected(history, {.app_id = "caf\u00e9"}) == Ids{"8"});
  CHECK(selected(history, {.app_id = "app"}) == Ids{});
  CHECK(selected(history, {.app_id = "a name"}) == Ids{});
  CHECK(selected(history, {.app_id = "app-%"}) == Ids{});
}

TEST_CASE("trigger_id selects by the whole id") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (const char* const trigger : {"", "t", "tt", "T", "t\u00e9"}) {
    calls.push_back(done("fn", fmt::format("{}", calls.size())));
    calls.back().trigger_id = trigger;
    calls.push_back(call_in(Status::running, "fn", fmt::format("{}", calls.size())));
    calls.back().trigger_id = trigger;
  }
  history.seed(calls);
  CHECK(selected(history, {.trigger_id = "t"}) == Ids{"3", "2"});
  CHECK(selected(history, {.trigger_id = "tt"}) == Ids{"5", "4"});
  CHECK(selected(history, {.trigger_id = "T"}) == Ids{"7", "6"});
  CHECK(selected(history, {.trigger_id = "t\u00e9"}) == Ids{"9", "8"});
  CHECK(selected(history, {.trigger_id = "ttt"}) == Ids{});
}

TEST_CASE("error selects by a substring, byte for byte") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (const char* const error :
       {"timeout: after 30 s", "bad_exit: status 1", "bad_exit: status 12", "100% of _ \\ ' \"",
        "d\u00e9pass\u00e9", "Timeout", "", "bad_exit: status 1"}) {
    const Status status = calls.size() % 2 == 0 ? Status::error : Status::cancelled;
    calls.push_back(call_in(status, "fn", fmt::format("{}", calls.size())));
    calls.back().error = error;
  }
  calls.push_back(done("fn", "timeout"));
  history.seed(calls);
  CHECK(selected(history, {.error = "timeout"}) == Ids{"0"});
  CHECK(selected(history, {.error = "imeout"}) == Ids{"5", "0"});
  CHECK(selected(history, {.error = "status 1"}) == Ids{"7", "2", "1"});
  CHECK(selected(history, {.error = "bad_exit: status 12"}) == Ids{"2"});
  CHECK(selected(history, {.error = "bad_exit: status 123"}) == Ids{});
  CHECK(selected(history, {.error = "%"}) == Ids{"3"});
  CHECK(selected(history, {.error = "_"}) == Ids{"7", "3", "2", "1"});
  CHECK(selected(history, {.error = "bad.exit"}) == Ids{});
  CHECK(selected(history, {.error = "\\ ' \""}) == Ids{"3"});
  CHECK(selected(history, {.error = "pass\u00e9"}) == Ids{"4"});
  CHECK(selected(history, {.error = "\xa9"}) == Ids{"4"});
  CHECK(selected(history, {.error = "DEPASSE"}) == Ids{});
  CHECK(selected(history, {.error = std::string("timeout\0", 8)}) == Ids{});
  CHECK(selected(history, {.error = std::string(100'000, 'x')}) == Ids{});
  CHECK(selected(history, {.status = {}, .error = "timeout"}).size() == 1);
}

TEST_CASE("an unknown app or trigger, or an id too long to be one, selects nothing") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 3));
  CHECK(selected(history, {.app_id = "nobody"}) == Ids{});
  CHECK(selected(history, {.trigger_id = "nobody"}) == Ids{});
  for (const std::string& fn_id :
       {std::string(257, 'x'), std::string("a\0b", 3), std::string("\xff"), std::string("a\tb")}) {
    CHECK(refusal_code([&] { history->list({.fn_id = fn_id}); }) == "invalid");
  }
}

#include "contents.h"
#include "fresh_store.h"
#include "original_answers/seed.h"
#include "refusal.h"

using namespace fnstore;
using namespace original;

TEST_CASE("the original's single calls") {
  FreshStore history = fresh_store();
  history.insert(records(), OnConflict::error);
  CHECK(to_json(history->get({my_fn, call_id(my_fn, 2)})) ==
        R"({"id":"01D7NC10000000000000000002","fn_id":"01D7N0000000000000000000F1",)"
        R"("app_id":"01D7N0000000000000000000A1","app_name":"","trigger_id":"",)"
        R"("status":"error","error":"function failed <x>",)"
        R"("created_at":"2019-04-05T00:03:20.000Z","started_at":"2019-04-05T00:03:20.250Z",)"
        R"("completed_at":"2019-04-05T00:03:20.500Z"})");
  CHECK(to_json(history->get({edge_fn, call_id(edge_fn, 3)})) ==
        R"({"id":"01D7NC40000000000000000003","fn_id":"01D7N0000000000000000000F4",)"
        R"("app_id":"01D7N0000000000000000000A1","app_name":"","trigger_id":"",)"
        R"("status":"success","created_at":"2019-04-05T00:05:00.000Z"})");
  for (const CallRecord& record : records()) {
    CHECK(history->get(record.call.key()) == record.call);
    CHECK(history->find_log(record.call.key()) == record.log);
  }
}

TEST_CASE("the original's refusals of a single call") {
  FreshStore history = fresh_store();
  history.insert(records(), OnConflict::error);
  const std::string first = call_id(my_fn, 1);
  const auto get = [&](const CallKey& key) { return refusal([&] { history->get(key); }); };
  CHECK(get({my_fn, "NOPE"}) == "not_found: Call not found");
  CHECK(get({empty_fn, first}) == "not_found: Call not found");
  CHECK(get({"", first}) == "invalid: Missing Fn ID");
  CHECK(get({"nosuch", first}) == "not_found: Call not found");  // the original: "Fn not found"
}

TEST_CASE("the original's logs") {
  FreshStore history = fresh_store();
  history.insert(records(), OnConflict::error);
  CHECK(history->get_log({my_fn, call_id(my_fn, 1)}) == "hello\nworld\n");
  CHECK(history->get_log({my_fn, call_id(my_fn, 2)}) ==
        std::string("caf\u00e9 <b>&amp; \"q\" \\ \u2028 ") + '\0' + " \x1b[0m\n");
  CHECK(history->get_log({my_fn, call_id(my_fn, 3)}).empty());
  const auto log = [&](const CallKey& key) { return refusal([&] { history->get_log(key); }); };
  CHECK(log({my_fn, "NOPE"}) == "not_found: Call log not found");
  CHECK(log({empty_fn, call_id(my_fn, 1)}) == "not_found: Call log not found");
  // It had this log without a call; here every log has one.
  const std::string binary = std::string("bin \xff\xfe") + '\0' + " end";
  CHECK(refusal([&] {
          history.put_log({edge_fn, "BINLOG"}, binary);
        }) == "not_found: Call not found");
  Call call;
  call.fn_id = edge_fn;
  call.id = "BINLOG";
  call.status = Status::success;
  history.insert({{call, binary}}, OnConflict::error);
  CHECK(history->get_log({edge_fn, "BINLOG"}) == binary);
}

TEST_CASE("the original's call with an empty status is refused by the reader") {
  const std::string text =
      R"({"id":"01D7NC40000000000000000005","status":"","fn_id":"01D7N0000000000000000000F4"})";
  const std::string said = refusal([&] { record_from_json(text); });
  CHECK_THAT(said, Catch::StartsWith("invalid: "));
  CHECK_THAT(said, Catch::Contains("status"));
}

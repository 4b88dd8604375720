#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "refusal.h"

#include <catch2/catch.hpp>
#include <limits>
#include <string>

using namespace fnstore;

namespace {

const Timestamp created{std::chrono::milliseconds{1'554'422'700'250}};

Call small_call() {
  return {.id = "c", .fn_id = "f"};
}

// What stands between the required fields and the end of a small call's object.
std::string extra(const Call& call, const std::optional<std::string>& log = {}) {
  const std::string required =
      R"({"id":"c","fn_id":"f","app_id":"","app_name":"","trigger_id":"","status":"queued")";
  const std::string text = to_json(CallRecord{call, log});
  REQUIRE(text.substr(0, required.size()) == required);
  REQUIRE(text.back() == '}');
  return text.substr(required.size(), text.size() - required.size() - 1);
}

}  // namespace

TEST_CASE("a call with nothing set has the six fields that are always there") {
  const std::string text =
      R"({"id":"","fn_id":"","app_id":"","app_name":"","trigger_id":"","status":"queued"})";
  CHECK(to_json(Call{}) == text);
  CHECK(to_json(CallRecord{}) == text);
}

TEST_CASE("every field, in the order of the model") {
  Call call;
  call.id = "01D7NC10000000000000000001";
  call.fn_id = "resize";
  call.app_id = "app";
  call.app_name = "My app";
  call.trigger_id = "cron";
  call.type = CallType::detached;
  call.status = Status::error;
  call.error = "bad_exit 3";
  call.created_at = created;
  call.started_at = created + std::chrono::milliseconds{750};
  call.completed_at = created + std::chrono::milliseconds{1000};
  call.stats = {{created, {{"mem_usage", 2}, {"cpu_total", 18'446'744'073'709'551'615U}}},
                {created, {}}};
  call.image = "img:1";
  call.delay = 10;
  call.payload = "{\"w\":1}";
  call.url = "http://x/?a=1&b=2";
  call.method = "POST";
  call.priority = 2;
  call.timeout = 30;
  call.idle_timeout = 60;
  call.tmpfs_size = 64;
  call.memory = 9'223'372'036'854'775'807;
  call.cpus = {100};
  call.config = {{"B", ""}, {"A", "1"}};
  call.annotations = {{"n", " 1.50 "}, {"o", "{ \"k\" : [ 1e400, null ] }"}};
  call.headers = {{"Accept", {"a", "b"}}, {"X", {}}};
  call.syslog_url = "udp://log";
  CHECK(to_json(CallRecord{call, "line\n"}) ==
        R"({"id":"01D7NC10000000000000000001","fn_id":"resize","app_id":"app",)"
        R"("app_name":"My app","trigger_id":"cron","type":"detached","status":"error",)"
        R"("error":"bad_exit 3","created_at":"2019-04-05T00:05:00.250Z",)"
        R"("started_at":"2019-04-05T00:05:01.000Z","completed_at":"2019-04-05T00:05:01.250Z",)"
        R"("stats":[{"timestamp":"2019-04-05T00:05:00.250Z","metrics":{)"
        R"("cpu_total":18446744073709551615,"mem_usage":2}},)"
        R"({"timestamp":"2019-04-05T00:05:00.250Z","metrics":{}}],)"
        R"("image":"img:1","delay":10,"payload":"{\"w\":1}","url":"http://x/?a=1&b=2",)"
        R"("method":"POST","priority":2,"timeout":30,"idle_timeout":60,"tmpfs_size":64,)"
        R"("memory":9223372036854775807,"cpus":"100m","config":{"A":"1","B":""},)"
        R"("annotations":{"n":1.50,"o":{"k":[1e400,null]}},)"
        R"("headers":{"Accept":["a","b"],"X":[]},"syslog_url":"udp://log","log":"line\n"})");
}

TEST_CASE("a log that is empty is not one that is absent") {
  CHECK(extra(small_call()) == "");
  CHECK(extra(small_call(), "") == R"(,"log":"")");
}

TEST_CASE("bytes that are not UTF-8 are written as base64") {
  Call call = small_call();
  call.payload = "\xFF\xFE";
  CHECK(extra(call, "\x80") == R"(,"payload_base64":"//4=","log_base64":"gA==")");
}

TEST_CASE("bytes whose escapes outgrow base64 are written as base64 too") {
  Call call = small_call();
  call.payload = std::string(limits::payload_bytes, '\0');  // valid UTF-8, six bytes each escaped
  const std::string text = to_json(call);
  CHECK(text.size() < limits::payload_bytes / 3 * 4 + 1000);
  CHECK(text.find(R"("payload_base64":"AAAA)") != std::string::npos);
  call.payload = std::string(1000, '\0');
  CHECK(extra(call).substr(0, 24) == ",\"payload\":\"\\u0000\\u0000");
}

TEST_CASE("strings are escaped where they must be and nowhere else") {
  Call call = small_call();
  call.error = std::string("\0\x01\b\t\n\f\r\x1F\x7F\"\\/", 12) + "é 🚀 \u2028\u2029";
  CHECK(extra(call) ==
        ",\"error\":\"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f\x7F\\\"\\\\/é 🚀 "
        "\u2028\u2029\"");
}

TEST_CASE("what cannot be JSON is refused by name") {
  Call call = small_call();
  call.error = "\xFF";
  CHECK(refusal([&] { to_json(call); }) ==
        "invalid: error \"\\xff\" is not valid UTF-8 and cannot be written as JSON");
  call = small_call();
  call.annotations = {{"a", "1"}, {"b", "{1}"}};
  CHECK_THAT(refusal([&] { to_json(call); }),
             Catch::StartsWith("invalid: annotations[\"b\"] is not JSON: "));
  call = small_call();
  call.headers = {{"\xC0", {}}};
  CHECK(refusal([&] { to_json(call); }) ==
        "invalid: headers \"\\xc0\" is not valid UTF-8 and cannot be written as JSON");
  call = small_call();
  call.created_at = Timestamp::max();
  CHECK_THAT(refusal([&] { to_json(call); }), Catch::Contains("outside the years 1 to 9999"));
}

TEST_CASE("pages") {
  CHECK(to_json(CallList{}) == R"({"items":[]})");
  CHECK(to_json(CallList{"YzE", {small_call(), small_call()}}) ==
        R"({"next_cursor":"YzE","items":[)" + to_json(small_call()) + "," + to_json(small_call()) +
            "]}");
}

TEST_CASE("stats alone") {
  CHECK(to_json(Stats{}) == "[]");
  CHECK(to_json(Stats{{created, {{"a\"b", 0}}}}) ==
        R"([{"timestamp":"2019-04-05T00:05:00.250Z","metrics":{"a\"b":0}}])");
}

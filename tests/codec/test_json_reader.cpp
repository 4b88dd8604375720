#include "fnstore/json.h"

#include "codec/json_compact.h"
#include "refusal.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;

namespace {

// A call's line with more fields behind the required ones.
std::string line(const std::string& fields) {
  return R"({"id":"c","fn_id":"f","status":"cancelled")" + (fields.empty() ? "" : "," + fields) +
         "}";
}

Call read(const std::string& fields) {
  return record_from_json(line(fields)).call;
}

std::string refused(const std::string& text) {
  return refusal([&] { record_from_json(text); });
}

using Cases = std::vector<std::pair<std::string, std::string>>;

void check_fields(const Cases& cases) {
  for (const auto& [fields, message] : cases) {
    INFO(fields);
    CHECK(refused(line(fields)) == "invalid: " + message);
  }
}

}  // namespace

TEST_CASE("the least a line needs") {
  const CallRecord record = record_from_json(
      " \t{\"status\" : \"queued\", \"fn_id\":\"f\" ,\r\n"
      "\"id\":\"c\"} \n");
  Call expected;
  expected.id = "c";
  expected.fn_id = "f";
  CHECK(record.call == expected);
  CHECK_FALSE(record.log.has_value());
  CHECK(refused(R"({"fn_id":"f","status":"queued"})") == "invalid: Missing call ID");
  CHECK(refused(R"({"id":"","fn_id":"f","status":"queued"})") == "invalid: Missing call ID");
  CHECK(refused(R"({"id":"c","status":"queued"})") == "invalid: Missing Fn ID");
  CHECK(refused(R"({"id":"c","fn_id":"","status":"queued"})") == "invalid: Missing Fn ID");
  CHECK(refused(R"({})") == "invalid: Missing call ID");
  CHECK(refused(R"({"id":"c","fn_id":"f"})") ==
        "invalid: Missing status: give one of delayed, queued, running, success, error, "
        "cancelled");
}

TEST_CASE("times in calls") {
  const Call call = read(R"("created_at":"2019-04-05T02:05:00.2509+02:00",)"
                         R"("started_at":"0001-01-01T00:00:00Z",)"
                         R"("completed_at":"0001-01-01T00:00:00.000Z")");
  CHECK(call.created_at == Timestamp{std::chrono::milliseconds{1'554'422'700'250}});
  CHECK_FALSE(call.started_at.has_value());
  CHECK_FALSE(call.completed_at.has_value());
  check_fields({
      {R"("created_at":"")",
       "created_at: time \"\" has no 4-digit year; write it like 2019-04-05T00:05:00.250Z"},
      {R"("started_at":"2019-02-29T00:00:00Z")",
       "started_at: time \"2019-02-29T00:00:00Z\" has a day 29 its month does not have; write it "
       "like 2019-04-05T00:05:00.250Z"},
      {R"("completed_at":1554422700)", "completed_at must be a string with a time, not a number"},
      {R"("completed_at":null)", "completed_at must be a string with a time, not null"},
  });
}

TEST_CASE("unknown fields and fields that come twice") {
  check_fields({
      {R"("Id":"x")", "unknown field \"Id\""},
      {R"("":1)", "unknown field \"\""},
      {R"("\u001b[2J":1)", "unknown field \"\\x1b[2J\""},
      {R"("id":"d")", "field \"id\" appears twice"},
      {R"("\u0069d":"d")", "field \"id\" appears twice"},
      {R"("error":"a","error":"a")", "field \"error\" appears twice"},
      {R"("config":{"k":"1","k":"1"})", "config[\"k\"] appears twice"},
      {R"("annotations":{"k":1,"k":1})", "annotations[\"k\"] appears twice"},
      {R"("headers":{"k":[],"k":[]})", "headers[\"k\"] appears twice"},
      {R"("stats":[{"timestamp":"2019-04-05T00:00:00Z","t":1}])",
       "unknown field \"t\" in stats[0]"},
      {R"("stats":[{"metrics":{},"metrics":{}}])", "stats[0] \"metrics\" appears twice"},
      {R"("stats":[{"metrics":{"a":1,"a":1}}])", "stats[0].metrics[\"a\"] appears twice"},
      {R"("payload":"","payload_base64":"")",
       "payload and payload_base64 exclude each other; give only one of them"},
      {R"("log_base64":"","log":"")",
       "log and log_base64 exclude each other; give only one of them"},
  });
}

TEST_CASE("wrong types") {
  check_fields({
      {R"("app_id":1)", "app_id must be a string, not a number"},
      {R"("app_id":null)", "app_id must be a string, not null"},
      {R"("app_name":true)", "app_name must be a string, not true"},
      {R"("trigger_id":{})", "trigger_id must be a string, not an object"},
      {R"("error":["a"])", "error must be a string, not an array"},
      {R"("type":1)", "type must be a string, not a number"},
      {R"("payload":{"a":1})", "payload must be a string, not an object"},
      {R"("log":null)", "log must be a string, not null"},
      {R"("delay":"10")", "delay must be a whole number, not a string"},
      {R"("delay":false)", "delay must be a whole number, not false"},
      {R"("memory":[1])", "memory must be a whole number, not an array"},
      {R"("cpus":0.1)", "cpus must be a string such as \"100m\", not a number"},
      {R"("config":[])", "config must be an object, not an array"},
      {R"("config":"a")", "config must be an object, not a string"},
      {R"("config":{"k":1})", "config[\"k\"] must be a string, not a number"},
      {R"("config":{"k":{}})", "config[\"k\"] must be a string, not an object"},
      {R"("annotations":[])", "annotations must be an object, not an array"},
      {R"("headers":[])", "headers must be an object, not an array"},
      {R"("headers":{"k":"v"})", "headers[\"k\"] must be an array of strings, not a string"},
      {R"("headers":{"k":{}})", "headers[\"k\"] must be an array of strings, not an object"},
      {R"("headers":{"k":[1]})",
       "headers[\"k\"] must be an array of nothing but strings, not a number"},
      {R"("headers":{"k":[[]]})",
       "headers[\"k\"] must be an array of nothing but strings, not an array"},
      {R"("stats":{})", "stats must be an array, not an object"},
      {R"("stats":[1])", "stats[0] must be an object, not a number"},
      {R"("stats":[{"timestamp":"2019-04-05T00:00:00Z"},[]])",
       "stats[1] must be an object, not an array"},
      {R"("stats":[{"timestamp":1}])",
       "stats[0].timestamp must be a string with a time, not a number"},
      {R"("stats":[{"metrics":[]}])", "stats[0].metrics must be an object, not an array"},
      {R"("stats":[{"metrics":{"a":"1"}}])",
       "stats[0].metrics[\"a\"] must be a whole number, not a string"},
      {R"("stats":[{"metrics":{"a":null}}])",
       "stats[0].metrics[\"a\"] must be a whole number, not null"},
  });
  CHECK(refused("[]") == "invalid: a call must be a JSON object, not an array");
  CHECK(refused("\"a\"") == "invalid: a call must be a JSON object, not a string");
  CHECK(refused("12") == "invalid: a call must be a JSON object, not a number");
  CHECK(refused("null") == "invalid: a call must be a JSON object, not null");
}

TEST_CASE("values out of range") {
  const std::string seconds = "; it must be a whole number from 0 to 1000000000";
  check_fields({
      {R"("delay":-1)", "delay is -1" + seconds},
      {R"("delay":1000000001)", "delay is 1000000001" + seconds},
      {R"("timeout":1.5)", "timeout is 1.5" + seconds},
      {R"("timeout":1.0)", "timeout is 1.0" + seconds},
      {R"("idle_timeout":1e3)", "idle_timeout is 1e3" + seconds},
      {R"("delay":4294967297)", "delay is 4294967297" + seconds},
      {R"("delay":99999999999999999999999)", "delay is 99999999999999999999999" + seconds},
      {R"("priority":3)", "priority is 3; it must be a whole number from 0 to 2"},
      {R"("tmpfs_size":4294967296)",
       "tmpfs_size is 4294967296; it must be a whole number from 0 to 4294967295"},
      {R"("memory":9223372036854775808)",
       "memory is 9223372036854775808; it must be a whole number from 0 to 9223372036854775807"},
      {R"("stats":[{"metrics":{"a":18446744073709551616}}])",
       "stats[0].metrics[\"a\"] is 18446744073709551616; it must be a whole number from 0 to "
       "18446744073709551615"},
      {R"("cpus":"1.5m")",
       "cpus \"1.5m\" is not a whole number of thousandths of a processor; write it as \"100m\" "
       "or \"0.1\""},
      {R"("type":"batch")", "type \"batch\" is not one of sync, async, detached, or empty"},
      {R"("stats":[{"metrics":{}}])", "stats[0] has no timestamp"},
      {R"("stats":[{"timestamp":"2019-04-05T00:00:01Z"},{"timestamp":"2019-04-05T00:00:00Z"}])",
       "stats[1] is older than the sample before it; samples must be in time order"},
      {R"("payload_base64":"Zg")",
       "payload_base64: the 2 characters are not canonical base64 with padding (RFC 4648, section "
       "4)"},
      {R"("log_base64":"Zh==")",
       "log_base64: the 4 characters are not canonical base64 with padding (RFC 4648, section 4)"},
      {R"("app_id":"a\u0000")", "app_id \"a\\x00\" has a control character"},
  });
  CHECK(refused(R"({"id":"c","fn_id":"f","status":"done"})") ==
        "invalid: status \"done\" is not one of delayed, queued, running, success, error, "
        "cancelled");
  CHECK(refused(R"({"id":"c","fn_id":"f","status":"success","error":"x"})") ==
        "invalid: error \"x\" does not go with status success; only error and cancelled have one");
  CHECK(refused(R"({"id":"c\n","fn_id":"f","status":"success"})") ==
        "invalid: id \"c\\x0a\" has a control character");
}

TEST_CASE("text that is not JSON") {
  const std::vector<std::string> texts{
      "",
      " ",
      "{",
      "{\"id\"",
      "{\"id\":",
      "{\"id\":\"c\"",
      "{\"id\":\"c\",}",
      "{\"id\" \"c\"}",
      "{id:\"c\"}",
      "{'id':'c'}",
      "{\"id\":\"c\"]",
      "{\"id\":c}",
      "{\"delay\":01}",
      "{\"delay\":+1}",
      "{\"delay\":.5}",
      "{\"delay\":1.}",
      "{\"delay\":NaN}",
      "{\"id\":\"a\nb\"}",
      "{\"id\":\"\\x41\"}",
      "{\"id\":\"\\u12\"}",
      "{\"id\":\"\\ud800\"}",
      "{\"id\":\"\\udc00\\ud800\"}",
      "{\"id\":\"\xFF\"}",
      "{\"id\":\"\xED\xA0\x80\"}",
      "{/* */\"id\":\"c\"}",
      "\xEF\xBB\xBF{}",
      std::string("{\"id\":\"c\0\"}", 11),
      std::string("\0{}", 3),
  };
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_THAT(refused(text), Catch::StartsWith("invalid: the line is not JSON: "));
    const std::string size = std::to_string(text.size());
    CHECK_THAT(refused(text), Catch::EndsWith(" of " + size) ||
                                  Catch::EndsWith(" at its end, after " + size + " bytes"));
  }
  CHECK(refused(R"({"id":"c" "fn_id":"f"})") ==
        "invalid: the line is not JSON: syntax error at byte 11 of 22");
  CHECK(refused(line("") + "x") == "invalid: the line goes on after its end, at byte 44 of 44");
  CHECK(refused(line("") + "\n" + line("")) ==
        "invalid: the line goes on after its end, at byte 45 of 87");
  CHECK(refused(line("") + std::string(1, '\0')) ==
        "invalid: the line goes on after its end, at byte 44 of 44");
}

TEST_CASE("annotations keep any JSON, digit for digit") {
  const auto annotation = [](const std::string& json) {
    return read("\"annotations\":{\"k\":" + json + "}").annotations.at("k");
  };
  for (const char* json :
       {"1", "-0", "1.0", "1.50", "1E+5", "1e400", "123456789012345678901234567890",
        "0.1000000000000000055511151231257827", "true", "false", "null", "\"\"", "\"a\"", "[]",
        "{}", "[[],{}]", "{\"b\":1,\"a\":[1,2,{\"c\":null}]}", "{\"a\":1,\"a\":2}"}) {
    CHECK(annotation(json) == json);
  }
  CHECK(annotation(" { \"a\" :\t[ 1 , \"x y\" ] } ") == "{\"a\":[1,\"x y\"]}");
  CHECK(annotation("\"\\u00e9\\n\\/\"") == "\"é\\n/\"");
  const Call two = read(R"("annotations":{"a":{"k":[1]},"b":[{}],"c":2},"url":"u")");
  CHECK(two.annotations ==
        std::map<std::string, std::string>{{"a", "{\"k\":[1]}"}, {"b", "[{}]"}, {"c", "2"}});
  CHECK(two.url == "u");
}

TEST_CASE("annotations of a call that was built by hand are checked") {
  Call call;
  call.annotations = {{"a", "{\"x\": 1}"}, {"b", "nul"}};
  CHECK_THAT(refusal([&] { validate_annotations(call); }),
             Catch::StartsWith("invalid: annotations[\"b\"] is not JSON: "));
  call.annotations["b"] = "1 2";
  CHECK(refusal([&] { validate_annotations(call); }) ==
        "invalid: annotations[\"b\"] goes on after its end, at byte 3 of 3");
  call.annotations["b"] = "null";
  CHECK(refusal([&] { validate_annotations(call); }) == "no error");
}

TEST_CASE("stats alone are read") {
  const Stats stats = stats_from_json(
      R"([{"metrics":{"a":18446744073709551615},"timestamp":"1970-01-01T00:00:00.001Z"},)"
      R"({"timestamp":"1970-01-01T00:00:00.001Z"}])");
  REQUIRE(stats.size() == 2);
  CHECK(stats[0].timestamp == Timestamp{std::chrono::milliseconds{1}});
  CHECK(stats[0].metrics.at("a") == 18'446'744'073'709'551'615U);
  CHECK(stats[1].metrics.empty());
  CHECK(stats_from_json("[]").empty());
  const auto refused_stats = [](const std::string& text) {
    return refusal([&] { stats_from_json(text); });
  };
  CHECK(refused_stats("{}") == "invalid: stats must be an array, not an object");
  CHECK(refused_stats("[{}]") == "invalid: stats[0] has no timestamp");
  CHECK(refused_stats("[") ==
        "invalid: stats is not JSON: incomplete JSON at its end, after 1 bytes");
  CHECK(refused_stats("[]]") == "invalid: stats goes on after its end, at byte 3 of 3");
}

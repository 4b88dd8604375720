#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "refusal.h"

#include <catch2/catch.hpp>
#include <string>
#include <sys/mman.h>

using namespace fnstore;

namespace {

const std::string head = R"({"id":"c","fn_id":"f","status":"queued")";

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (; times > 0; --times) all += text;
  return all;
}

std::string refused(std::string_view line) {
  return refusal([&] { record_from_json(line); });
}

std::string nested(std::size_t levels) {
  return head + ",\"annotations\":{\"k\":" + std::string(levels, '[') + std::string(levels, ']') +
         "}}";
}

}  // namespace

TEST_CASE("a line of 16 MiB is read, a longer one is refused") {
  const std::string end = "}";
  const auto padded = [&](std::size_t size) {
    return head + std::string(size - head.size() - end.size(), ' ') + end;
  };
  CHECK(refused(padded(limits::json_line_bytes)) == "no error");
  CHECK(refused(padded(limits::json_line_bytes + 1)) ==
        "invalid: the line has 16777217 bytes beside payload and log; the limit is 16777216");
}

TEST_CASE("payload and log have limits of their own") {
  const std::string payload = repeated("text\\n\\u0041", limits::payload_bytes / 16);
  const std::string line = head + R"(,"payload" : ")" + payload + R"(","log":")" + payload + "\"}";
  REQUIRE(line.size() > 3 * limits::json_line_bytes);
  const CallRecord record = record_from_json(line);
  CHECK(record.call.payload.size() == limits::payload_bytes / 16 * 6);
  CHECK(record.log == record.call.payload);

  // The same text elsewhere counts.
  CHECK(refused(head + R"(,"image":")" + payload + "\"}") ==
        "invalid: the line has 25165875 bytes beside payload and log; the limit is 16777216");
  CHECK(refused(head + R"(,"annotations":{"payload":")" + payload + "\"}}") ==
        "invalid: the line has 25165893 bytes beside payload and log; the limit is 16777216");
}

TEST_CASE("payload and log at their limits come back, whatever bytes they are") {
  for (const char byte : {'x', '\n', '\0', '\xFF'}) {
    CallRecord record;
    record.call.id = "c";
    record.call.fn_id = "f";
    record.call.payload = std::string(limits::payload_bytes, byte);
    record.log = record.call.payload;
    const CallRecord again = record_from_json(to_json(record));
    CHECK((again.call == record.call));  // double parentheses: never print 64 MiB
    CHECK((again.log == record.log));
  }
}

TEST_CASE("a payload beyond its limit is refused") {
  const std::string payload(limits::payload_bytes + 1, 'x');
  CHECK(refused(head + R"(,"payload":")" + payload + "\"}") ==
        "invalid: payload has 67108865 bytes; the limit is 67108864");
  CHECK(refused(head + R"(,"log":")" + payload + "\"}") ==
        "invalid: log has 67108865 bytes; the limit is 67108864");
}

TEST_CASE("a line longer than all limits together is refused unread") {
  const std::size_t size = limits::json_whole_line_bytes + 1;
  void* const pages =  // never read, so never there
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(pages != MAP_FAILED);
  CHECK(refused(std::string_view(static_cast<const char*>(pages), size)) ==
        "invalid: the line has 822083585 bytes; the limit is 822083584");
  ::munmap(pages, size);
  CHECK_THAT(refused(std::string(limits::json_line_bytes + 1, 'x')),
             Catch::StartsWith("invalid: the line has 16777217 bytes beside payload and log"));
}

TEST_CASE("whatever a call may hold, in escapes too, is read again") {
  Call call;
  call.id = "c";
  call.fn_id = "f";
  const std::string controls(limits::map_bytes - 1, '\x01');
  call.config = {{"k", controls}};
  call.headers = {{"k", {controls}}};
  call.annotations = {{"k", "\"" + std::string(limits::map_bytes - 3, 'x') + "\""}};
  for (std::size_t i = 0; i < limits::samples_per_call; ++i) {
    Sample sample{Timestamp{}, {}};
    for (std::size_t m = 0; m < limits::metrics_per_sample; ++m) {
      sample.metrics[std::string(limits::metric_name_bytes - 1, '\x01') +
                     static_cast<char>('0' + m)] = ~std::uint64_t{0};
    }
    call.stats.push_back(sample);
  }
  const std::string line = to_json(call);
  CHECK(line.size() > limits::json_line_bytes);
  CHECK((record_from_json(line).call == call));
}

TEST_CASE("nesting") {
  CHECK(refused(nested(limits::json_depth - 2)) == "no error");
  CHECK(refused(nested(limits::json_depth - 1)) == "invalid: the line nests deeper than 64 levels");
  CHECK(refused(std::string(8'000'000, '[')) ==
        "invalid: a call must be a JSON object, not an array");
  CHECK(refused(nested(4'000'000)) == "invalid: the line nests deeper than 64 levels");

  // What can be read can be written, and the other way round.
  const Call call = record_from_json(nested(limits::json_depth - 2)).call;
  CHECK(record_from_json(to_json(call)).call == call);
}

TEST_CASE("small limits are met before memory is spent on what is beyond them") {
  std::string metrics;
  for (int i = 0; i < 65; ++i) metrics += (i ? ",\"" : "\"") + std::to_string(i) + "\":1";
  CHECK(refused(head + R"(,"stats":[{"metrics":{)" + metrics + "}}]}") ==
        "invalid: stats[0].metrics[\"64\"] is one too many: the limit is 64 metrics");
  CHECK(
      refused(head + R"(,"headers":{"k":[)" + repeated("\"\",", limits::map_entries) + "\"\"]}}") ==
      "invalid: headers[\"k\"] is one too many: the limit is 65536 entries");
  std::string entries;
  for (std::size_t i = 0; i <= limits::map_entries; ++i) {
    entries += (i ? ",\"" : "\"") + std::to_string(i) + "\":\"\"";
  }
  CHECK(refused(head + R"(,"config":{)" + entries + "}}") ==
        "invalid: config[\"65536\"] is one too many: the limit is 65536 entries");
  CHECK(refused(head + R"(,"annotations":{)" + entries + "}}") ==
        "invalid: annotations[\"65536\"] is one too many: the limit is 65536 entries");
}

TEST_CASE("more samples than a call keeps are read: the store merges them") {
  const std::string sample = R"({"timestamp":"2019-04-05T00:00:00Z","metrics":{"a":1}})";
  const std::string line = head + ",\"stats\":[" + repeated(sample + ",", 480) + sample + "]}";
  CHECK(record_from_json(line).call.stats.size() == 481);
}

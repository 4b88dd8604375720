#include "fnstore/limits.h"

#include "model/validation.h"
#include "refusal.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

Call good_call() {
  Call call;
  call.id = "01D7NC10000000000000000001";
  call.fn_id = "resize";
  call.status = Status::error;
  call.error = "timeout";
  return call;
}

struct Case {
  std::function<void(Call&)> change;
  std::string message;
};

void check(const std::vector<Case>& cases) {
  REQUIRE(refusal([] { validate(good_call()); }) == "no error");
  for (const Case& one : cases) {
    Call call = good_call();
    one.change(call);
    CHECK(refusal([&] { validate(call); }) ==
          (one.message == "no error" ? one.message : "invalid: " + one.message));
  }
}

const Timestamp too_early = earliest_timestamp - std::chrono::milliseconds{1};
const Timestamp too_late = latest_timestamp + std::chrono::milliseconds{1};

}  // namespace

TEST_CASE("ids") {
  check({
      {[](Call& c) { c.id = ""; }, "Missing call ID"},
      {[](Call& c) { c.fn_id = ""; }, "Missing Fn ID"},
      {[](Call& c) { c.id = std::string(256, 'x'); }, "no error"},
      {[](Call& c) { c.id = std::string(257, 'x'); }, "id has 257 bytes; the limit is 256"},
      {[](Call& c) { c.fn_id = std::string(257, 'x'); }, "fn_id has 257 bytes; the limit is 256"},
      {[](Call& c) { c.id = "foreign id / é 🚀"; }, "no error"},
      {[](Call& c) { c.id = " "; }, "no error"},
      {[](Call& c) { c.id = "a\xFF"; }, "id \"a\\xff\" is not valid UTF-8"},
      {[](Call& c) { c.fn_id = std::string("a\0b", 3); },
       "fn_id \"a\\x00b\" has a control character"},
      {[](Call& c) { c.id = "a\n"; }, "id \"a\\x0a\" has a control character"},
      {[](Call& c) { c.id = "a\x7F"; }, "id \"a\\x7f\" has a control character"},
      {[](Call& c) { c.id = "\xC2\x80"; }, "id \"\\xc2\\x80\" has a control character"},
      {[](Call& c) { c.id = "\xC2\x9F"; }, "id \"\\xc2\\x9f\" has a control character"},
      {[](Call& c) { c.id = "\xC2\xA0"; }, "no error"},
  });
}

TEST_CASE("keys and single ids") {
  CHECK(refusal([] { validate(CallKey{"f", ""}); }) == "invalid: Missing call ID");
  CHECK(refusal([] { validate(CallKey{"", "c"}); }) == "invalid: Missing Fn ID");
  CHECK(refusal([] {
          validate(CallKey{"f", "c\t"});
        }) == "invalid: id \"c\\x09\" has a control character");
  CHECK(refusal([] { validate(CallKey{"f", "c"}); }) == "no error");
  CHECK(refusal([] { validate_id("", "fn_id"); }) == "invalid: fn_id is empty");
  CHECK(refusal([] { validate_id("f", "fn_id"); }) == "no error");
}

TEST_CASE("names") {
  check({
      {[](Call& c) { c.app_id = std::string(257, 'x'); }, "app_id has 257 bytes; the limit is 256"},
      {[](Call& c) { c.app_name = "\x1B[2J"; }, "app_name \"\\x1b[2J\" has a control character"},
      {[](Call& c) { c.trigger_id = "\xC0\x80"; }, "trigger_id \"\\xc0\\x80\" is not valid UTF-8"},
      {[](Call& c) { c.app_id = c.app_name = c.trigger_id = std::string(256, 'x'); }, "no error"},
  });
}

TEST_CASE("an error only with the statuses that have one") {
  check({
      {[](Call& c) { c.status = Status::cancelled; }, "no error"},
      {[](Call& c) { c.status = Status::success; },
       "error \"timeout\" does not go with status success; only error and cancelled have one"},
      {[](Call& c) { c.status = Status::queued; },
       "error \"timeout\" does not go with status queued; only error and cancelled have one"},
      {[](Call& c) { c.error = ""; }, "no error"},
      {[](Call& c) { c.error = "two\nlines\0and a NUL"; }, "no error"},
      {[](Call& c) { c.error = "\xFF"; }, "error \"\\xff\" is not valid UTF-8"},
      {[](Call& c) { c.error = std::string(65'536, 'e'); }, "no error"},
      {[](Call& c) { c.error = std::string(65'537, 'e'); },
       "error has 65537 bytes; the limit is 65536"},
      {[](Call& c) { c.status = static_cast<Status>(6); }, "status has the unknown number 6"},
      {[](Call& c) { c.type = static_cast<CallType>(4); }, "type has the unknown number 4"},
  });
}

TEST_CASE("times") {
  check({
      {[](Call& c) { c.created_at = c.started_at = earliest_timestamp; }, "no error"},
      {[](Call& c) { c.completed_at = latest_timestamp; }, "no error"},
      {[](Call& c) { c.created_at = too_early; },
       "created_at is -62135596800001 ms since 1970; it must be within the years 1 to 9999"},
      {[](Call& c) { c.started_at = too_late; },
       "started_at is 253402300800000 ms since 1970; it must be within the years 1 to 9999"},
      {[](Call& c) { c.completed_at = too_late; },
       "completed_at is 253402300800000 ms since 1970; it must be within the years 1 to 9999"},
  });
}

TEST_CASE("numbers") {
  check({
      {[](Call& c) { c.delay = c.timeout = c.idle_timeout = 1'000'000'000; }, "no error"},
      {[](Call& c) { c.delay = -1; }, "delay is -1; it must be 0 to 1000000000"},
      {[](Call& c) { c.timeout = 1'000'000'001; },
       "timeout is 1000000001; it must be 0 to 1000000000"},
      {[](Call& c) { c.idle_timeout = -5; }, "idle_timeout is -5; it must be 0 to 1000000000"},
      {[](Call& c) { c.priority = 2; }, "no error"},
      {[](Call& c) { c.priority = 3; }, "priority is 3; it must be 0 to 2"},
      {[](Call& c) { c.priority = -1; }, "priority is -1; it must be 0 to 2"},
      {[](Call& c) { c.tmpfs_size = 0xFFFF'FFFF; }, "no error"},
      {[](Call& c) { c.memory = 0x7FFF'FFFF'FFFF'FFFF; }, "no error"},
      {[](Call& c) { c.memory = 0x8000'0000'0000'0000; },
       "memory is 9223372036854775808; it must be 0 to 9223372036854775807"},
      {[](Call& c) { c.cpus = {1'024'000}; }, "no error"},
      {[](Call& c) { c.cpus = {1'024'001}; }, "cpus is 1024001; it must be 0 to 1024000"},
      {[](Call& c) { c.cpus = {-1}; }, "cpus is -1; it must be 0 to 1024000"},
  });
}

TEST_CASE("texts and bytes") {
  check({
      {[](Call& c) { c.image = std::string(65'537, 'x'); },
       "image has 65537 bytes; the limit is 65536"},
      {[](Call& c) { c.url = "\xFF"; }, "url \"\\xff\" is not valid UTF-8"},
      {[](Call& c) { c.method = "\xE2\x82"; }, "method \"\\xe2\\x82\" is not valid UTF-8"},
      {[](Call& c) { c.syslog_url = std::string(70'000, 'x'); },
       "syslog_url has 70000 bytes; the limit is 65536"},
      {[](Call& c) { c.payload = "\xFF\xFE any bytes"; }, "no error"},
      {[](Call& c) { c.payload = std::string(limits::payload_bytes, '\0'); }, "no error"},
      {[](Call& c) { c.payload = std::string(limits::payload_bytes + 1, '\0'); },
       "payload has 67108865 bytes; the limit is 67108864"},
  });
}

TEST_CASE("maps") {
  check({
      {[](Call& c) {
         c.config = {{"k", std::string(limits::map_bytes - 1, 'v')}};
       },
       "no error"},
      {[](Call& c) {
         c.config = {{"k", std::string(limits::map_bytes, 'v')}};
       },
       "config has 1048577 bytes; the limit is 1048576"},
      {[](Call& c) {
         c.config = {{"k", "\xFF"}};
       },
       "config[\"k\"] is not valid UTF-8"},
      {[](Call& c) {
         c.config = {{"\xFF", ""}};
       },
       "config has the key \"\\xff\", which is not valid UTF-8"},
      {[](Call& c) {
         c.annotations = {{"k", "\xFF"}};
       },
       "annotations[\"k\"] is not valid UTF-8"},
      {[](Call& c) {
         c.annotations = {{std::string(limits::map_bytes, 'k'), "1"}};
       },
       "annotations has 1048577 bytes; the limit is 1048576"},
      {[](Call& c) {
         c.headers = {{"k", {"ok", "\xFF"}}};
       },
       "headers[\"k\"] is not valid UTF-8"},
      {[](Call& c) {
         c.headers = {{"\xFF", {}}};
       },
       "headers has the key \"\\xff\", which is not valid UTF-8"},
      {[](Call& c) {
         c.headers = {{"k", {std::string(limits::map_bytes, 'v')}}};
       },
       "headers has 1048577 bytes; the limit is 1048576"},
      {[](Call& c) { c.headers["k"].resize(limits::map_entries - 1); }, "no error"},
      {[](Call& c) { c.headers["k"].resize(limits::map_entries); },
       "headers has 65537 entries; the limit is 65536"},
      {[](Call& c) {
         for (std::size_t i = 0; i <= limits::map_entries; ++i) c.config[std::to_string(i)] = "";
       },
       "config has 65537 entries; the limit is 65536"},
  });
}

TEST_CASE("stats") {
  const Timestamp now{std::chrono::milliseconds{1'554'422'700'000}};
  const auto many_metrics = [&](std::size_t count) {
    Sample sample{now, {}};
    for (std::size_t i = 0; i < count; ++i) sample.metrics[std::to_string(i)] = 1;
    return sample;
  };
  check({
      {[&](Call& c) {
         c.stats = {{now, {{"n", 1}}}, {now, {}}};
       },
       "no error"},
      {[&](Call& c) {
         c.stats.assign(1000, {now, {{"n", 1}}});
       },
       "no error"},
      {[&](Call& c) {
         c.stats = {{now, {}}, {now - std::chrono::milliseconds{1}, {}}};
       },
       "stats[1] is older than the sample before it; samples must be in time order"},
      {[&](Call& c) {
         c.stats = {{too_early, {}}};
       },
       "stats[0].timestamp is -62135596800001 ms since 1970; it must be within the years 1 to "
       "9999"},
      {[&](Call& c) { c.stats = {many_metrics(64)}; }, "no error"},
      {[&](Call& c) { c.stats = {many_metrics(65)}; }, "stats[0] has 65 metrics; the limit is 64"},
      {[&](Call& c) {
         c.stats = {{now, {{"", 1}}}};
       },
       "stats[0] has a metric without a name"},
      {[&](Call& c) {
         c.stats = {{now, {{std::string(128, 'm'), 1}}}};
       },
       "no error"},
      {[&](Call& c) {
         c.stats = {{now, {{std::string(129, 'm'), 1}}}};
       },
       "a metric name of stats[0] has 129 bytes; the limit is 128"},
      {[&](Call& c) {
         c.stats = {{now, {}}, {now, {{"\xFF", 1}}}};
       },
       "a metric name of stats[1] \"\\xff\" is not valid UTF-8"},
  });
}

TEST_CASE("samples that merging would bring past the limit of metrics are refused") {
  const Timestamp now{std::chrono::milliseconds{1'554'422'700'000}};
  Call call = good_call();
  for (std::size_t i = 0; i < 300; ++i) {
    call.stats.push_back({now, {{"m" + std::to_string(i % 65), 1}}});
  }
  CHECK(refusal([&] { validate(call); }) ==
        "invalid: stats has 65 different metrics in more than 240 samples; the limit is 64");
  for (Sample& sample : call.stats) sample.metrics.erase("m64");
  CHECK(refusal([&] { validate(call); }) == "no error");
}

TEST_CASE("records and logs") {
  CallRecord record{good_call(), std::string(limits::log_bytes, '\xFF')};
  CHECK(refusal([&] { validate(record); }) == "no error");
  record.log->push_back('x');
  CHECK(refusal([&] { validate(record); }) ==
        "invalid: log has 67108865 bytes; the limit is 67108864");
}

#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>
#include <functional>

using namespace fnstore;

namespace {

/// A value that breaks a rule, the field its refusal names, and how to set it.
struct Broken {
  const char* field;
  std::function<void(Call&)> set;
};

using Text = std::string Call::*;

struct TextField {
  const char* name;
  Text text;
  std::size_t limit;
};

const TextField names[] = {{"id", &Call::id, limits::id_bytes},
                           {"fn_id", &Call::fn_id, limits::id_bytes},
                           {"app_id", &Call::app_id, limits::name_bytes},
                           {"app_name", &Call::app_name, limits::name_bytes},
                           {"trigger_id", &Call::trigger_id, limits::name_bytes}};

const TextField texts[] = {{"error", &Call::error, limits::error_bytes},
                           {"image", &Call::image, limits::text_bytes},
                           {"url", &Call::url, limits::text_bytes},
                           {"method", &Call::method, limits::text_bytes},
                           {"syslog_url", &Call::syslog_url, limits::text_bytes}};

std::vector<Broken> broken_texts() {
  std::vector<Broken> all;
  const auto add = [&](const TextField& field, const std::string& value) {
    all.push_back({field.name, [text = field.text, value](Call& call) { call.*text = value; }});
  };
  const std::string not_utf8[] = {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"};
  for (const TextField& field : names) {
    add(field, std::string(field.limit + 1, 'x'));
    for (const std::string& bytes : not_utf8) add(field, bytes);
    for (const std::string& control :
         {std::string("\0", 1), std::string("a\0b", 3), std::string("a\nb"), std::string("\x1b[0m"),
          std::string("\x7f"), std::string("\xc2\x85")}) {
      add(field, control);
    }
  }
  for (const TextField& field : texts) {
    add(field, std::string(field.limit + 1, 'x'));
    for (const std::string& bytes : not_utf8) add(field, bytes);
  }
  return all;
}

std::vector<Broken> broken_numbers() {
  const auto ms = std::chrono::milliseconds(1);
  return {
      {"delay", [](Call& call) { call.delay = -1; }},
      {"delay", [](Call& call) { call.delay = limits::max_seconds + 1; }},
      {"timeout", [](Call& call) { call.timeout = -1; }},
      {"timeout", [](Call& call) { call.timeout = limits::max_seconds + 1; }},
      {"idle_timeout", [](Call& call) { call.idle_timeout = -1; }},
      {"idle_timeout", [](Call& call) { call.idle_timeout = limits::max_seconds + 1; }},
      {"priority", [](Call& call) { call.priority = -1; }},
      {"priority", [](Call& call) { call.priority = 3; }},
      {"memory", [](Call& call) { call.memory = std::uint64_t{1} << 63; }},
      {"cpus", [](Call& call) { call.cpus.value = -1; }},
      {"cpus", [](Call& call) { call.cpus.value = limits::max_milli_cpus + 1; }},
      {"type", [](Call& call) { call.type = static_cast<CallType>(4); }},
      {"status", [](Call& call) { call.status = static_cast<Status>(6); }},
      {"created_at", [ms](Call& call) { call.created_at = earliest_timestamp - ms; }},
      {"created_at", [ms](Call& call) { call.created_at = latest_timestamp + ms; }},
      {"started_at", [ms](Call& call) { call.started_at = latest_timestamp + ms; }},
      {"completed_at", [ms](Call& call) { call.completed_at = earliest_timestamp - ms; }},
      {"error", [](Call& call) { call.status = Status::success, call.error = "none goes here"; }},
      {"error", [](Call& call) { call.status = Status::running, call.error = "nor here"; }},
  };
}

std::vector<Broken> broken_maps() {
  using Headers = std::map<std::string, std::vector<std::string>>;
  const std::string long_text(limits::map_bytes, 'x');
  std::map<std::string, std::string> many;
  for (std::size_t i = 0; i <= limits::map_entries; ++i) many[fmt::format("{:x}", i)];
  return {
      {"config",
       [=](Call& call) {
         call.config = {{"k", long_text}};
       }},
      {"config",
       [](Call& call) {
         call.config = {{"\xff", ""}};
       }},
      {"config",
       [](Call& call) {
         call.config = {{"k", "\xff"}};
       }},
      {"config", [=](Call& call) { call.config = many; }},
      {"annotations",
       [=](Call& call) {
         call.annotations = {{long_text, "1"}};
       }},
      {"annotations",
       [](Call& call) {
         call.annotations = {{"k", "\xff"}};
       }},
      {"headers",
       [=](Call& call) {
         call.headers = {{"k", {long_text}}};
       }},
      {"headers",
       [](Call& call) {
         call.headers = {{"\xff", {}}};
       }},
      {"headers",
       [](Call& call) {
         call.headers = {{"k", {"", "\xff"}}};
       }},
      {"headers",
       [](Call& call) {
         call.headers = Headers{{"k", std::vector<std::string>(limits::map_entries)}};
       }},
  };
}

std::vector<Broken> broken_stats() {
  std::map<std::string, std::uint64_t> metrics;
  for (std::size_t i = 0; i <= limits::metrics_per_sample; ++i) metrics[fmt::format("{}", i)];
  const std::string long_name(limits::metric_name_bytes + 1, 'x');
  return {
      {"stats",
       [=](Call& call) {
         call.stats = {{at(0), metrics}};
       }},
      {"stats",
       [=](Call& call) {
         call.stats = {{at(0), {{long_name, 1}}}};
       }},
      {"stats",
       [](Call& call) {
         call.stats = {{at(0), {{"", 1}}}};
       }},
      {"stats",
       [](Call& call) {
         call.stats = {{at(0), {{"\xff", 1}}}};
       }},
      {"stats",
       [](Call& call) {
         call.stats = {{at(1), {}}, {at(0), {}}};
       }},
      {"stats",
       [](Call& call) {
         call.stats = {{Timestamp::max(), {}}};
       }},
  };
}

/// Inserting a call with the value is refused alone, in a batch and as a record, by an error that
/// names the field, and changes nothing.
void check_refused(FreshStore& history, const Broken& broken) {
  Call call = call_in(Status::error, "fn", "new");
  broken.set(call);
  CAPTURE(broken.field, call.id.size());
  const std::string said = refusal([&] { history.insert(call); });
  CHECK_THAT(said, Catch::StartsWith("invalid: "));
  CHECK_THAT(said, Catch::Contains(broken.field));
  CHECK(said.size() < 1'000);
  std::vector<CallRecord> batch{
      {done("a new function", "a"), "log"}, {call, {}}, {done("fn", "b"), {}}};
  CHECK(refusal([&] { history.insert(batch, OnConflict::replace); }) == said);
}

void check_all(const std::vector<Broken>& all) {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 5));
  history.insert({{full_call(Status::error, "fn", "full"), "log"}}, OnConflict::error);
  const std::vector<Recorded> before = contents(*history);
  for (const Broken& broken : all) check_refused(history, broken);
  CHECK(contents(*history) == before);
  CHECK(history->list({.fn_id = "a new function"}).items.empty());
}

}  // namespace

TEST_CASE("a text that is too long, has control characters or is not UTF-8 is refused") {
  check_all(broken_texts());
}

TEST_CASE("a number, a time or a word beyond its range is refused") {
  check_all(broken_numbers());
}

TEST_CASE("a map beyond its limits, or with text that is not UTF-8, is refused") {
  check_all(broken_maps());
}

TEST_CASE("stats that break a rule are refused") {
  check_all(broken_stats());
}

TEST_CASE("a large batch with one bad call is refused whole") {
  FreshStore history = fresh_store();
  std::vector<Call> batch = done_each_second("fn", 500);
  batch[499].app_id = "a\nb";
  CHECK(refusal_code([&] { history.insert(batch); }) == "invalid");
  CHECK(contents(*history).empty());
  batch.pop_back();
  history.insert(batch);
  CHECK(contents(*history).size() == 499);
}

TEST_CASE("a payload or log beyond its limit is refused and leaves what there is") {
  FreshStore history(Situation::mixed);
  history.insert({{done("fn", "id"), "log"}}, OnConflict::error);
  const std::string too_long(limits::log_bytes + 1, 'x');
  const std::string said = refusal([&] { history.put_log({"fn", "id"}, too_long); });
  CHECK_THAT(said, Catch::StartsWith("invalid: log "));
  Call call = done("fn", "new");
  CHECK(refusal([&] { history.insert({{call, too_long}}, OnConflict::error); }) == said);
  call.payload = too_long;
  CHECK_THAT(refusal([&] { history.insert(call); }), Catch::StartsWith("invalid: payload "));
  CHECK(contents(*history) == std::vector<Recorded>{{done("fn", "id"), "log"}});
}

TEST_CASE("a key that no call can have is invalid wherever it is given") {
  FreshStore history = fresh_store();
  history.insert(done("fn", "id"));
  const std::vector<Recorded> before = contents(*history);
  const std::string bad[] = {std::string(257, 'x'), "\xff", "a\nb", std::string("id\0", 3)};
  for (const std::string& text : bad) {
    for (const CallKey key : {CallKey{"fn", text}, CallKey{text, "id"}}) {
      CHECK(refusal_code([&] { history->find(key); }) == "invalid");
      CHECK(refusal_code([&] { history->get(key); }) == "invalid");
      CHECK(refusal_code([&] { history->find_log(key); }) == "invalid");
      CHECK(refusal_code([&] { history->get_log(key); }) == "invalid");
      CHECK(refusal_code([&] { history.put_log(key, "x"); }) == "invalid");
      CHECK(refusal_code([&] { history.remove(key); }) == "invalid");
      CHECK(refusal_code([&] { history.transition(key, {}); }) == "invalid");
    }
  }
  CHECK(contents(*history) == before);
}

#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <fmt/format.h>
#include <limits>
#include <random>

using namespace fnstore;

namespace {

/// `bytes` bytes of valid UTF-8 that begin alike and end differently.
std::string text_of(std::size_t bytes, char last = 'z') {
  std::string text;
  while (text.size() + 2 < bytes) text += "\u00e9";
  text.resize(bytes, last);
  return text;
}

/// Bytes that nothing can compress.
std::string noise(std::size_t bytes) {
  std::mt19937_64 random(bytes);
  std::string made;
  made.reserve(bytes + 8);
  while (made.size() < bytes) {
    const std::uint64_t word = random();
    made.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  made.resize(bytes);
  return made;
}

void check_kept(FreshStore& history, const Call& call) {
  history.insert(call);
  CHECK((history->get(call.key()) == call));
  const std::vector<Call> listed =
      history->list({.fn_id = call.fn_id, .app_id = call.app_id, .error = call.error}).items;
  REQUIRE(listed.size() == 1);
  CHECK((listed.front() == as_listed(call)));
}

}  // namespace

TEST_CASE("ids and names of 256 bytes are kept, and told apart by their last byte") {
  FreshStore history = fresh_store();
  for (const Status status : {Status::running, Status::cancelled}) {
    for (const char last : {'a', 'b'}) {
      Call call = call_in(status, text_of(256, last), text_of(256, last));
      call.fn_id[0] = status == Status::running ? 'r' : 'c';
      call.fn_id[1] = ' ';
      call.app_id = text_of(256, last);
      call.app_name = text_of(256, last);
      call.trigger_id = text_of(256, last);
      check_kept(history, call);
      CHECK(history->list({.trigger_id = call.trigger_id}).items.size() ==
            (status == Status::running ? 1 : 2));
    }
  }
  const CallList page = history->list({.per_page = 3});
  CHECK(page.next_cursor.size() == 684);
  CHECK(history->list({.cursor = page.next_cursor}).items.size() == 1);
  CHECK(contents(*history).size() == 4);
}

TEST_CASE("every text of a request and the error are kept up to 64 KiB") {
  FreshStore history = fresh_store();
  Call call = call_in(Status::error, "fn", "id");
  call.error = text_of(limits::error_bytes);
  call.image = text_of(limits::text_bytes);
  call.url = text_of(limits::text_bytes);
  call.method = text_of(limits::text_bytes);
  call.syslog_url = text_of(limits::text_bytes);
  check_kept(history, call);
  history.insert(call_in(Status::running, "fn", "running"));
  CHECK((history.transition({"fn", "running"}, {.to = Status::error, .error = call.error}).error ==
         call.error));
  CHECK(history->list({.error = call.error}).items.size() == 2);
}

TEST_CASE("every number is kept up to its limit") {
  FreshStore history = fresh_store();
  Call call = done("fn", "most");
  call.delay = limits::max_seconds;
  call.timeout = limits::max_seconds;
  call.idle_timeout = limits::max_seconds;
  call.priority = 2;
  call.tmpfs_size = std::numeric_limits<std::uint32_t>::max();
  call.memory = std::numeric_limits<std::int64_t>::max();
  call.cpus.value = limits::max_milli_cpus;
  call.created_at = latest_timestamp;
  call.started_at = earliest_timestamp;
  call.completed_at = latest_timestamp;
  check_kept(history, call);
}

TEST_CASE("maps are kept up to 1 MiB and up to 65536 entries") {
  FreshStore history = fresh_store();
  Call call = done("fn", "bytes");
  call.config = {{"k", text_of(limits::map_bytes - 1)}};
  call.annotations = {{text_of(limits::map_bytes - 4), "null"}};
  call.headers = {{"k", {text_of(1'000), text_of(limits::map_bytes - 1'001)}}};
  check_kept(history, call);
  Call entries = done("fn-2", "entries");
  for (std::size_t i = 0; i < limits::map_entries; ++i)
    entries.config[fmt::format("{:x}", i)] = "v";
  entries.headers["k"] = std::vector<std::string>(limits::map_entries - 1, "v");
  check_kept(history, entries);
}

TEST_CASE("stats are kept up to 240 samples of 64 metrics with names of 128 bytes") {
  FreshStore history = fresh_store();
  Call call = call_in(GENERATE(Status::running, Status::success), "fn", "id");
  std::mt19937_64 random(1);
  call.stats = samples_each_second(limits::samples_per_call);
  for (Sample& sample : call.stats) {
    sample.metrics.clear();
    for (int i = 0; i < 64; ++i) {
      sample.metrics[text_of(limits::metric_name_bytes, static_cast<char>('0' + i))] = random();
    }
  }
  check_kept(history, call);
}

// Once only: so large a payload or log is kept the same way wherever its call lies.
TEST_CASE("payload and log are kept up to 64 MiB, whether or not they can be compressed") {
  FreshStore history(Situation::reopened);
  const std::string text(limits::log_bytes, 'l');
  const std::string any = noise(limits::payload_bytes);
  Call one = call_in(Status::running, "fn", "one");
  one.payload = any;
  history.insert({{one, text}}, OnConflict::error);
  Call two = done("fn", "two");
  two.payload = text;
  history.insert(two);
  history.put_log(two.key(), any);
  CHECK((history->get(one.key()) == one));
  CHECK((history->get_log(one.key()) == text));
  CHECK((history->get(two.key()) == two));
  CHECK((history->get_log(two.key()) == any));
}

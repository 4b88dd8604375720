#include "sample_calls.h"

#include <chrono>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t start = 1'554'422'400'000;

}  // namespace

Timestamp at(std::int64_t time) {
  return Timestamp(milliseconds(start + time));
}

std::string id_at(std::int64_t time, std::size_t counter) {
  return format_call_id({static_cast<std::uint64_t>(start + time), 0x0242ac110002,
                         static_cast<std::uint32_t>(counter)});
}

Call call_in(Status status, std::string_view fn_id, std::string_view id) {
  Call call;
  call.id = id;
  call.fn_id = fn_id;
  call.status = status;
  call.created_at = at(0);
  if (status == Status::running || is_finished(status)) call.started_at = at(250);
  if (is_finished(status)) call.completed_at = at(500);
  if (status == Status::error) call.error = "bad_exit: status 1";
  if (status == Status::cancelled) call.error = "client_request";
  return call;
}

Call done(std::string_view fn_id, std::string_view id) {
  return call_in(Status::success, fn_id, id);
}

Call done(std::string_view fn_id, std::string_view id, Timestamp created_at) {
  Call call = done(fn_id, id);
  call.created_at = created_at;
  return call;
}

std::vector<Call> done_each_second(std::string_view fn_id, std::size_t count) {
  std::vector<Call> calls;
  for (std::size_t i = 0; i < count; ++i) {
    const auto time = static_cast<std::int64_t>(i) * 1'000;
    calls.push_back(done(fn_id, id_at(time), at(time)));
  }
  return calls;
}

Stats samples_each_second(std::size_t count) {
  Stats stats;
  for (std::size_t i = 0; i < count; ++i) {
    stats.push_back({at(static_cast<std::int64_t>(i) * 1'000), {{"n", i}}});
  }
  return stats;
}

Call full_call(Status status, std::string_view fn_id, std::string_view id) {
  Call call = call_in(status, fn_id, id);
  call.app_id = "01D7N0000000000000000000A1";
  call.app_name = "caf\u00e9 app";
  call.trigger_id = "trigger-7";
  call.type = CallType::async;
  call.stats = {{at(300), {{"cpu_total", 18'446'744'073'709'551'615U}, {"mem_usage", 1 << 20}}},
                {at(1'300), {{"mem_usage", 0}, {"own metric \u2603", 12}}}};
  call.image = "example/x:0.0.1";
  call.delay = 30;
  call.payload = std::string("any\0bytes \xff\xfe\r\n", 14);
  call.url = "http://127.0.0.1:8080/t/app/path?q=1&r=%20";
  call.method = "POST";
  call.priority = 2;
  call.timeout = 300;
  call.idle_timeout = 31;
  call.tmpfs_size = 64;
  call.memory = 128;
  call.cpus.value = 250;
  call.config = {{"DB_URL", "postgres://x"}, {"EMPTY", ""}, {"", "no name"}};
  call.annotations = {{"example.com/note", "{\"a\":[1,2]}"}, {"list", "[]"}};
  call.headers = {{"Accept", {"text/plain", "", "text/plain"}}, {"X-None", {}}};
  call.syslog_url = "tls://syslog.example.com:6514";
  return call;
}

Call as_listed(const Call& call) {
  Call listed;
  listed.id = call.id;
  listed.fn_id = call.fn_id;
  listed.app_id = call.app_id;
  listed.app_name = call.app_name;
  listed.trigger_id = call.trigger_id;
  listed.type = call.type;
  listed.status = call.status;
  listed.error = call.error;
  listed.created_at = call.created_at;
  listed.started_at = call.started_at;
  listed.completed_at = call.completed_at;
  listed.stats = call.stats;
  return listed;
}

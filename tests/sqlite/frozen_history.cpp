#include "frozen_history.h"

#include "fnstore/call_id.h"

#include <fmt/format.h>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t first_ms = 1'554'422'700'250;  // 2019-04-05T00:05:00.250Z

Timestamp at(std::int64_t ms) {
  return Timestamp(milliseconds(ms));
}

Call finished(const std::string& fn_id, const std::string& id, std::int64_t created_ms,
              unsigned n) {
  Call call;
  call.fn_id = fn_id;
  call.id = id;
  call.type = static_cast<CallType>(n % 4);
  call.status = n % 9 == 4 ? Status::error : n % 13 == 6 ? Status::cancelled : Status::success;
  if (call.status != Status::success) {
    static const char* const errors[] = {"timeout", "bad_exit: status 3", "é \"quoted\"\n", ""};
    call.error = errors[n % 4];
  }
  call.created_at = at(created_ms);
  if (n % 17 != 0) call.started_at = at(created_ms + n % 250);
  if (n % 19 != 0) call.completed_at = at(created_ms + n % 250 + 7 * n);
  if (n % 2 == 0) call.app_id = fmt::format("app-{}", n % 3);
  if (n % 4 == 0) call.app_name = fmt::format("name {}", n % 3);
  if (n % 5 == 1) call.trigger_id = fmt::format("trigger-{}", n % 4);
  if (n % 7 == 2) {
    for (unsigned i = 0; i <= n % 5; ++i) {
      call.stats.push_back({at(first_ms + 1'000 * i),
                            {{"cpu_total", 1'000'000ULL * n + i}, {"own metric", ~0ULL - n}}});
    }
  }
  return call;
}

void add_request(Call& call, unsigned n) {
  call.image = "example/image:1";
  call.delay = 1;
  call.payload = std::string("\0\xff", 2) + std::string(n % 60, 'p');
  call.url = fmt::format("http://example.test/r/{}", n);
  call.method = "POST";
  call.priority = static_cast<std::int32_t>(n % 3);
  call.timeout = 30;
  call.idle_timeout = 60;
  call.tmpfs_size = 64;
  call.memory = 128 + n;
  call.cpus.value = 250;
  call.config = {{"A", "1"}, {"EMPTY", ""}};
  call.annotations = {{"note", "{\"a\":[1,null]}"}};
  call.headers = {{"Accept", {"a/b", "c/d"}}, {"Empty", {}}};
  call.syslog_url = "tcp://log.test:514";
}

CallRecord record(Call call, unsigned n) {
  CallRecord made{std::move(call), std::nullopt};
  if (n % 6 == 0) add_request(made.call, n);
  if (n % 4 == 1) made.log = fmt::format("line {}\n", n) + std::string(n % 3, '\xfe');
  if (n % 20 == 7) made.log = std::string();
  return made;
}

std::string generated_id(std::int64_t ms, unsigned n) {
  const std::uint64_t machine = n % 10 == 9 ? 0xffff'ffff'ffffU : 0x0123'4567'89abU;
  return format_call_id({static_cast<std::uint64_t>(ms), machine, 0xffff'ff00U + n});
}

/// In every state, with times before 1970 and at both ends.
void add_recent(std::vector<CallRecord>& all) {
  const std::int64_t odd[] = {-1,       -62'135'596'800'000, 253'402'300'799'999, 0,
                              first_ms, first_ms + 1};
  for (unsigned n = 0; n < 18; ++n) {
    Call call = finished("rows", fmt::format("row/{:02}", n), odd[n % 6], n);
    call.status = static_cast<Status>(n % 6);
    call.started_at = call.created_at;
    if (call.completed_at) call.completed_at = call.created_at;
    if (call.status != Status::error && call.status != Status::cancelled) call.error.clear();
    all.push_back(record(std::move(call), n));
  }
}

/// Recorded together and not packed: a batch of rows.
void add_batched(std::vector<CallRecord>& all) {
  for (unsigned n = 0; n < 80; ++n) {
    const std::int64_t ms = first_ms + 90'000 - 700LL * n;
    const std::string id = n % 8 == 3 ? fmt::format("batched/{}", n) : generated_id(ms, n);
    all.push_back(record(finished(n % 2 == 0 ? "batched" : "batched too", id, ms + n % 3, n), n));
  }
}

}  // namespace

std::vector<Submission> frozen_queue(int version) {
  if (version < 2) return {};
  std::vector<Submission> submissions(2);
  for (unsigned n = 0; n < 2; ++n) {
    Call& call = submissions[n].call;
    call.fn_id = "waiting";
    call.id = fmt::format("waiting/{}", n);
    call.type = CallType::async;
    call.status = n == 0 ? Status::queued : Status::delayed;
    call.created_at = at(first_ms + n);
    call.priority = 1;
    call.delay = n == 0 ? 0 : 1'000'000'000;
    call.payload = "payload";
  }
  submissions[0].idempotency_key = "once";
  return submissions;
}

std::vector<CallRecord> frozen_history(int version) {
  std::vector<CallRecord> all;
  for (unsigned n = 0; n < 600; ++n) {
    const std::int64_t ms = first_ms + 500LL * n;
    all.push_back(record(finished("generated", generated_id(ms, n), ms - n % 40, n), n));
  }
  for (unsigned n = 0; n < 90; ++n) {
    const std::string id = fmt::format("job/{:05}/é", n * n);
    all.push_back(record(finished("foreign été", id, first_ms - 86'400'000LL * n, n), n));
  }
  all.push_back(record(finished("one", "x", first_ms, 1), 1));
  add_recent(all);
  if (version >= 4) add_batched(all);
  for (const Submission& submission : frozen_queue(version)) {
    all.push_back({submission.call, std::nullopt});
  }
  return all;
}

RetentionPolicy frozen_policy(int version) {
  if (version < 3) return {};
  using std::chrono::hours;
  return {{{"", std::nullopt, hours(24 * 90), std::nullopt},
           {"generated", Status::error, std::nullopt, 1'000},
           {"texts", std::nullopt, std::nullopt, std::nullopt}},
          std::uint64_t{1} << 40};
}

bool was_packed(const Call& call) {
  const std::string& fn_id = call.fn_id;
  return fn_id != "rows" && fn_id != "waiting" && fn_id != "batched" && fn_id != "batched too";
}

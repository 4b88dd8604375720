#include "sample_calls.h"

#include "fnstore/call_id.h"

#include <fmt/format.h>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t first_ms = 1'554'422'700'250;  // 2019-04-05T00:05:00.250Z

void add_stats(Call& call, std::uint32_t n) {
  for (std::uint32_t i = 0; i < 1 + n % 4; ++i) {
    Sample sample;
    sample.timestamp = *call.started_at + milliseconds(1'000 * i);
    sample.metrics = {{"cpu_total", 1'000'000ULL * n + i}, {"mem_usage", 4'096ULL * (n + i)}};
    call.stats.push_back(std::move(sample));
  }
}

void add_request(Call& call, std::uint32_t n) {
  call.payload = "payload " + std::string(n % 40, 'p') + '\0' + '\xff';
  call.image = fmt::format("example/image:{}", n % 3);
  call.url = fmt::format("http://example.test/r/{}", n);
  call.method = "POST";
  call.timeout = 30;
  call.memory = 128;
  call.cpus.value = 250;
  call.config = {{"FN_FORMAT", "json"}, {"EMPTY", ""}};
  call.headers = {{"Accept", {"text/plain", "*/*"}}};
}

}  // namespace

Call sample_call(const std::string& fn_id, std::uint32_t n) {
  const std::int64_t at = first_ms + 1'000LL * n;
  Call call;
  call.fn_id = fn_id;
  call.id = format_call_id({static_cast<std::uint64_t>(at), 0x0123456789ab, n});
  call.type = static_cast<CallType>(n % call_type_count);
  call.status = n % 7 == 3 ? Status::error : n % 11 == 5 ? Status::cancelled : Status::success;
  if (call.status != Status::success) {
    call.error = n % 2 == 0 ? "timeout" : fmt::format("own message {}", n % 5);
  }
  call.created_at = Timestamp(milliseconds(at));
  call.started_at = *call.created_at + milliseconds(n % 90);
  call.completed_at = *call.started_at + milliseconds(10 + n % 1'000);
  if (n % 2 == 0) call.app_id = fmt::format("app-{}", n % 3);
  if (n % 4 == 0) call.app_name = "name of " + call.app_id;
  if (n % 6 == 1) call.trigger_id = fmt::format("trigger-{}", n % 5);
  if (n % 5 == 2) add_stats(call, n);
  if (n % 3 == 0) add_request(call, n);
  return call;
}

Call foreign_call(const std::string& fn_id, std::uint32_t n) {
  Call call = sample_call(fn_id, n);
  call.id = fmt::format("job/{}/é", 100'000 + n);
  return call;
}

Call waiting_call(const std::string& fn_id, std::uint32_t n, Status status) {
  Call call = sample_call(fn_id, n);
  call.status = status;
  call.error.clear();
  call.completed_at.reset();
  if (status != Status::running) call.started_at.reset();
  return call;
}

std::vector<CallRecord> sample_records(const std::string& fn_id, std::uint32_t from,
                                       std::uint32_t count) {
  std::vector<CallRecord> records;
  for (std::uint32_t n = from; n < from + count; ++n) {
    CallRecord record{sample_call(fn_id, n), std::nullopt};
    if (n % 4 == 0)
      record.log = std::string(n % 3 == 0 ? 0 : n % 50, 'l') + (n % 3 ? "\n\xfe" : "");
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<Call> walk(const Store& store, const CallFilter& filter) {
  std::vector<Call> found;
  for (const Call& call : store.calls(filter)) found.push_back(call);
  return found;
}

Call listed(Call call) {
  Call left;
  left.id = std::move(call.id);
  left.fn_id = std::move(call.fn_id);
  left.app_id = std::move(call.app_id);
  left.app_name = std::move(call.app_name);
  left.trigger_id = std::move(call.trigger_id);
  left.type = call.type;
  left.status = call.status;
  left.error = std::move(call.error);
  left.created_at = call.created_at;
  left.started_at = call.started_at;
  left.completed_at = call.completed_at;
  left.stats = std::move(call.stats);
  return left;
}

StoreOptions quiet_options() {
  StoreOptions options;
  options.durability = Durability::crash_safe;
  options.background_packing = false;
  return options;
}

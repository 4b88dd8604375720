#include "generator.h"

#include <fmt/format.h>
#include <iterator>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

constexpr std::uint64_t machines[] = {1, 0x0123456789ab, 0xffffffffffff};

}  // namespace

std::string Generator::function() {
  const std::uint64_t pick = below(20);
  if (pick < 8) return "hot";
  if (pick < 12) return "warm";
  if (pick == 12) return "01D7N0000000000000000000F1";
  return fmt::format("rare-{}", below(6));
}

std::string Generator::id() {
  switch (below(12)) {
    case 0:
      return fmt::format("{:x}", below(400));
    case 1:
      return fmt::format("job/{:06}/\u00e9", below(3'000));
    case 2:
      return fmt::format("{:08x}-{:04x}-4{:03x}", below(1 << 20), below(99), below(4'096));
    case 3:  // far back, so that it falls between packed ones
      return format_call_id(
          {clock_ - below(5'000'000), machines[below(3)], static_cast<std::uint32_t>(below(50))});
    case 4:  // any 128 bits
      return format_call_id({below(std::uint64_t{1} << 48), below(std::uint64_t{1} << 48),
                             static_cast<std::uint32_t>(random_())});
    default:
      clock_ += below(40);
      return format_call_id({clock_, machines[below(2)], ++counter_});
  }
}

std::string Generator::bytes(std::size_t most) {
  std::string made(below(most + 1), '\0');
  const bool text = chance(50);
  for (char& byte : made) byte = static_cast<char>(text ? 'a' + below(3) : below(256));
  return made;
}

Timestamp Generator::time() {
  switch (below(8)) {
    case 0:
      return Timestamp(milliseconds(1'554'422'700'250));
    case 1:
      return earliest_timestamp + milliseconds(below(1'000));
    case 2:
      return latest_timestamp - milliseconds(below(1'000));
    case 3:
      return Timestamp(milliseconds(static_cast<std::int64_t>(below(3'000'000'000'000))));
    default:
      return Timestamp(milliseconds(static_cast<std::int64_t>(clock_ + below(1'000)) - 500));
  }
}

void Generator::add_stats(Call& call) {
  const std::size_t samples = chance(3) ? 200 + below(60) : below(6);
  milliseconds at{clock_};
  for (std::size_t i = 0; i < samples; ++i) {
    Sample sample;
    at += milliseconds(below(1'500));
    sample.timestamp = Timestamp(at);
    sample.metrics["cpu_total"] = random_() >> below(64);
    if (chance(80)) sample.metrics["mem_usage"] = below(1 << 30);
    if (chance(5)) sample.metrics[fmt::format("own_{}", below(40))] = below(10);
    call.stats.push_back(std::move(sample));
  }
  call.stats = merge_samples(std::move(call.stats));
}

void Generator::add_request(Call& call) {
  if (chance(50)) call.payload = bytes(300);
  if (chance(50)) call.url = "http://example.test/r/" + std::to_string(below(9));
  call.image = "example/image:" + std::to_string(below(3));
  call.timeout = static_cast<std::int32_t>(below(300));
  call.memory = below(4'096);
  call.cpus.value = static_cast<std::int32_t>(below(4'000));
  call.priority = static_cast<std::int32_t>(below(3));
  if (chance(30)) call.config = {{"A", "1"}, {"EMPTY", ""}};
  if (chance(30)) call.headers = {{"Accept", {"a/b", "c/d"}}, {"X", {}}};
}

CallRecord Generator::record(const std::string& fn_id, bool finished) {
  CallRecord made;
  Call& call = made.call;
  call.fn_id = fn_id;
  call.id = id();
  call.app_id = chance(80) ? fmt::format("app-{}", below(3)) : std::string();
  call.app_name = chance(50) ? "name " + call.app_id : std::string();
  if (chance(30)) call.trigger_id = fmt::format("trigger-{}", below(3));
  call.type = static_cast<CallType>(below(call_type_count));
  call.status = static_cast<Status>(finished ? 3 + below(3) : below(status_count));
  call.created_at = time();
  if (chance(90)) call.started_at = chance(80) ? *call.created_at : time();
  if (is_finished(call.status) && chance(95)) call.completed_at = time();
  if (call.status == Status::error || call.status == Status::cancelled) {
    const char* const errors[] = {"", "timeout", "killed: signal 9", "bad_exit: status 1", "lost"};
    call.error = chance(10) ? "own message " + std::to_string(below(1'000)) : errors[below(5)];
  }
  if (chance(30)) add_stats(call);
  if (chance(20)) add_request(call);
  if (chance(25)) made.log = chance(30) ? std::string() : bytes(400);
  return made;
}

std::vector<CallRecord> Generator::batch(std::size_t size, bool finished, bool one_function) {
  std::vector<CallRecord> made;
  const std::string only = function();
  for (std::size_t i = 0; i < size; ++i) {
    made.push_back(record(one_function ? only : function(), finished));
  }
  return made;
}

Transition Generator::step() {
  Transition made;
  made.to = static_cast<Status>(below(status_count));
  made.at = time();
  if (made.to == Status::error || made.to == Status::cancelled) made.error = "killed: by a test";
  if (chance(30)) {
    Call call;
    add_stats(call);
    made.stats = std::move(call.stats);
  }
  return made;
}

CallFilter Generator::filter() {
  CallFilter made;
  if (chance(60)) made.fn_id = chance(95) ? function() : "nobody";
  if (chance(30)) made.from_time = time();
  if (chance(30)) made.to_time = time();
  while (chance(30)) made.status.push_back(static_cast<Status>(below(status_count)));
  if (chance(20)) made.type = static_cast<CallType>(below(call_type_count));
  if (chance(20)) made.app_id = fmt::format("app-{}", below(4));
  if (chance(20)) made.trigger_id = fmt::format("trigger-{}", below(4));
  if (chance(20)) {
    const char* const parts[] = {"timeout", "o", "signal", "message 1", "nothing has this"};
    made.error = parts[below(5)];
  }
  const std::size_t sizes[] = {1, 2, 7, 30, 100, 1'000, 10'000};
  made.per_page = sizes[below(std::size(sizes))];
  return made;
}

Oracle::Key Generator::key(const Oracle& oracle) {
  if (oracle.records().empty() || chance(5)) return {function(), id()};
  auto at = oracle.records().lower_bound({function(), id()});
  if (at == oracle.records().end()) at = oracle.records().begin();
  return at->first;
}

PruneRequest Generator::prune() {
  PruneRequest request;
  if (chance(50)) request.fn_id = function();
  for (const Status status : {Status::success, Status::error, Status::cancelled}) {
    if (chance(30)) request.status.push_back(status);
  }
  if (chance(50)) request.before = time();
  if (chance(50) || !request.before) request.keep_last = below(200);
  return request;
}

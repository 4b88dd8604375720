#include "call_plan.h"

#include "fnstore/call_id.h"

#include "random.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>

namespace fnstore::bench {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

Timestamp at_millisecond(std::int64_t since_1970) {
  return Timestamp{std::chrono::milliseconds{since_1970}};
}

std::int64_t ended_after(const PlannedCall& call) {
  return std::int64_t{call.wait_ms} + std::int64_t{call.run_ms};
}

Sample make_sample(const PlannedFunction& function, const PlannedCall& planned, double elapsed,
                   Random& random) {
  const double used_ns = elapsed * planned.run_ms * 1e6;
  const auto user = static_cast<std::uint64_t>(used_ns * (0.4 + 0.4 * random.unit()));
  const auto kernel = static_cast<std::uint64_t>(used_ns * 0.1 * random.unit());
  const auto memory = static_cast<std::uint64_t>(function.memory_mb.value(random.unit()));
  const auto limit = static_cast<std::uint64_t>(function.memory_mb.maximum()) + 1;
  Sample sample;
  sample.timestamp =
      at_millisecond(planned.created_at + planned.wait_ms +
                     static_cast<std::int64_t>(elapsed * static_cast<double>(planned.run_ms)));
  sample.metrics = {{"cpu_user", user},
                    {"cpu_kernel", kernel},
                    {"cpu_total", user + kernel},
                    {"mem_usage", memory * mebibyte + random.below(mebibyte)},
                    {"mem_limit", limit * mebibyte},
                    {"net_rx", random.below(std::uint64_t{planned.run_ms} * 100 + 1)}};
  return sample;
}

}  // namespace

std::span<const std::string> failure_texts() {
  static const std::array<std::string, 5> texts{"timeout: after 30 s", "bad_exit: status 1",
                                                "bad_exit: status 137", "killed: out of memory",
                                                "upstream answered 503 Service Unavailable"};
  return texts;
}

CallType planned_type(std::size_t function) noexcept {
  switch (function % 8) {
    case 3:
    case 6:
      return CallType::async;
    case 7:
      return CallType::detached;
    default:
      return CallType::sync;
  }
}

std::uint16_t planned_failure(std::uint64_t bits) noexcept {
  if (bits % 100 != 0) return 0;
  return static_cast<std::uint16_t>(1 + (bits / 100) % failure_texts().size());
}

CallPlan first_calls(const CallPlan& plan, std::size_t calls) {
  const auto end = plan.calls.begin() + static_cast<std::ptrdiff_t>(calls);
  return {plan.seed, plan.machine, plan.functions, {plan.calls.begin(), end}};
}

void finish_plan(CallPlan& plan) {
  const auto created = [](const PlannedCall& call) {
    return std::tuple(call.id_time, call.function, call.run_ms, call.wait_ms, call.failure);
  };
  std::sort(plan.calls.begin(), plan.calls.end(),
            [&](const auto& a, const auto& b) { return created(a) < created(b); });
  std::uint32_t counter = 0;
  for (PlannedCall& call : plan.calls) call.counter = counter++;
  const auto completed = [](const PlannedCall& call) {
    return std::tuple(call.id_time + ended_after(call), call.counter);
  };
  std::sort(plan.calls.begin(), plan.calls.end(),
            [&](const auto& a, const auto& b) { return completed(a) < completed(b); });
}

std::vector<std::vector<std::uint32_t>> newest_first(const CallPlan& plan) {
  std::vector<std::vector<std::uint32_t>> by_function(plan.functions.size());
  for (std::size_t i = 0; i < plan.calls.size(); ++i) {
    by_function[plan.calls[i].function].push_back(static_cast<std::uint32_t>(i));
  }
  for (auto& indices : by_function) {
    std::sort(indices.begin(), indices.end(), [&](std::uint32_t a, std::uint32_t b) {
      const PlannedCall& left = plan.calls[a];
      const PlannedCall& right = plan.calls[b];
      return std::tuple(left.id_time, left.counter) > std::tuple(right.id_time, right.counter);
    });
  }
  return by_function;
}

std::string planned_id(const CallPlan& plan, const PlannedCall& planned) {
  return format_call_id(
      {static_cast<std::uint64_t>(planned.id_time), plan.machine, planned.counter});
}

void make_call(const CallPlan& plan, const PlannedCall& planned, std::size_t samples, Call& call) {
  const PlannedFunction& function = plan.functions[planned.function];
  call.id = planned_id(plan, planned);
  call.fn_id = function.fn_id;
  call.app_id = function.app_id;
  call.type = function.type;
  call.status = planned.failure == 0 ? Status::success : Status::error;
  call.error.clear();
  if (planned.failure != 0) call.error = failure_texts()[planned.failure - 1U];
  call.created_at = at_millisecond(planned.created_at);
  call.started_at = at_millisecond(planned.created_at + planned.wait_ms);
  call.completed_at = at_millisecond(planned.created_at + ended_after(planned));
  call.stats.clear();
  Random random(plan.seed, planned.counter);
  for (std::size_t i = 1; i <= samples; ++i) {
    const double elapsed = static_cast<double>(i) / static_cast<double>(samples);
    call.stats.push_back(make_sample(function, planned, elapsed, random));
  }
}

}  // namespace fnstore::bench

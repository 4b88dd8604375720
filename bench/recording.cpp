#include "recording.h"

#include "bytes_on_disk.h"
#include "progress.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <span>

namespace fnstore::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t calls_made_ahead = 65'536;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

/// Spent by all threads of this process so far.
double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Inserts `calls` in batches, adds each batch's microseconds to `batch_us`, returns the seconds.
double insert_batches(Engine& engine, std::span<const Call> calls, std::size_t batch,
                      std::vector<double>& batch_us) {
  const auto begin = SteadyClock::now();
  while (!calls.empty()) {
    const auto batch_begin = SteadyClock::now();
    const std::size_t size = std::min(batch, calls.size());
    engine.insert(calls.first(size));
    calls = calls.subspan(size);
    batch_us.push_back(seconds_since(batch_begin) * 1e6);
  }
  return seconds_since(begin);
}

}  // namespace

void Recording::insert_all(Engine& engine) {
  const std::size_t batch = settings_.batch_size();
  const std::size_t ahead = std::max<std::size_t>(calls_made_ahead / batch, 1) * batch;
  const std::span<const PlannedCall> planned(plan_.calls);
  std::vector<Call> calls(std::min(ahead, planned.size()));
  std::vector<double> batch_us;
  Progress progress("recording", planned.size());
  double insert_s = 0;
  double insert_cpu_s = 0;
  const auto begin = SteadyClock::now();
  for (std::size_t done = 0; done < planned.size();) {
    const std::size_t size = std::min(ahead, planned.size() - done);
    for (std::size_t i = 0; i < size; ++i) {
      make_call(plan_, planned[done + i], settings_.stats, calls[i]);
    }
    const double cpu_begin = cpu_seconds();
    insert_s += insert_batches(engine, std::span(calls).first(size), batch, batch_us);
    insert_cpu_s += cpu_seconds() - cpu_begin;
    done += size;
    progress.add(size);
  }
  const auto flush_begin = SteadyClock::now();
  engine.flush();
  insert_s += seconds_since(flush_begin);
  const auto count = static_cast<double>(planned.size());
  wall_calls_per_s_.push_back(count / seconds_since(begin));
  calls_per_s_.push_back(count / insert_s);
  cpu_us_per_call_.push_back(insert_cpu_s * 1e6 / count);
  p50_us_.push_back(quantile(batch_us, 0.5));
  p99_us_.push_back(quantile(batch_us, 0.99));
  max_us_.push_back(quantile(batch_us, 1));
}

void Recording::settle(std::unique_ptr<Engine> engine, const std::string& path) {
  const auto begin = SteadyClock::now();
  engine->settle();
  engine.reset();
  settle_s_.push_back(seconds_since(begin));
  bytes_per_call_.push_back(static_cast<double>(bytes_on_disk(path)) /
                            static_cast<double>(plan_.calls.size()));
}

void Recording::report(const Report& report) const {
  const Params batch = Params().text("case", "batch_commit");
  report.add("calls_per_s", "calls/s", calls_per_s_);
  report.add("wall_calls_per_s", "calls/s", wall_calls_per_s_);
  report.add("cpu_us_per_call", "us", cpu_us_per_call_);
  report.add("p50_us", "us", p50_us_, batch);
  report.add("p99_us", "us", p99_us_, batch);
  report.add("max_us", "us", max_us_, batch);
  report.add("settle_s", "s", settle_s_);
  report.add("bytes_per_call", "bytes", bytes_per_call_);
}

}  // namespace fnstore::bench

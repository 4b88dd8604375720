#include "recording.h"

#include "bytes_on_disk.h"
#include "progress.h"
#include "stopwatch.h"

#include <algorithm>
#include <ctime>
#include <span>

namespace fnstore::bench {
namespace {

constexpr std::size_t calls_made_ahead = 65'536;

/// Spent by all threads of this process so far.
double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Inserts `calls` in batches, adds each batch's microseconds to `batch_us`, returns the seconds.
double insert_batches(Engine& engine, std::span<const Call> calls, std::size_t batch,
                      std::vector<double>& batch_us) {
  const Stopwatch watch;
  while (!calls.empty()) {
    const Stopwatch batch_watch;
    const std::size_t size = std::min(batch, calls.size());
    engine.insert(calls.first(size));
    calls = calls.subspan(size);
    batch_us.push_back(batch_watch.microseconds());
  }
  return watch.seconds();
}

}  // namespace

double load_calls(Engine& engine, const CallPlan& plan, const Settings& settings) {
  const std::size_t batch = settings.batch.value_or(Settings::bulk_batch);
  std::vector<Call> calls;
  double load_s = 0;
  Progress progress("loading", plan.calls.size());
  for (std::size_t done = 0; done < plan.calls.size(); done += calls.size()) {
    calls.resize(std::min(batch, plan.calls.size() - done));
    for (std::size_t i = 0; i < calls.size(); ++i) {
      make_call(plan, plan.calls[done + i], settings.stats, calls[i]);
    }
    const Stopwatch watch;
    engine.load(calls);
    load_s += watch.seconds();
    progress.add(calls.size());
  }
  const Stopwatch watch;
  engine.flush();
  return load_s + watch.seconds();
}

void Recording::insert_all(Engine& engine) {
  const std::size_t batch = settings_.batch_size();
  const std::size_t ahead = std::max<std::size_t>(calls_made_ahead / batch, 1) * batch;
  const std::span<const PlannedCall> planned = planned_;
  std::vector<Call> calls(std::min(ahead, planned.size()));
  std::vector<double> batch_us;
  Progress progress("recording", planned.size());
  double insert_s = 0;
  double insert_cpu_s = 0;
  const Stopwatch watch;
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
  const Stopwatch flush_watch;
  engine.flush();
  insert_s += flush_watch.seconds();
  const auto count = static_cast<double>(planned.size());
  wall_calls_per_s_.push_back(count / watch.seconds());
  calls_per_s_.push_back(count / insert_s);
  cpu_us_per_call_.push_back(insert_cpu_s * 1e6 / count);
  p50_us_.push_back(quantile(batch_us, 0.5));
  p99_us_.push_back(quantile(batch_us, 0.99));
  max_us_.push_back(quantile(batch_us, 1));
}

void Recording::settle(std::unique_ptr<Engine> engine, const std::string& path) {
  const Stopwatch watch;
  engine->settle();
  engine.reset();
  settle_s_.push_back(watch.seconds());
  bytes_per_call_.push_back(static_cast<double>(bytes_on_disk(path)) /
                            static_cast<double>(planned_.size()));
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

#include "fnstore/call_id.h"
#include "fnstore/executor.h"
#include "fnstore/queue.h"

#include "fresh_history.h"
#include "machine_floor.h"
#include "report.h"
#include "workload.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace fnstore::bench {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t submitters = 16;
constexpr std::size_t workers = 4;
constexpr std::size_t pickups = 50;

double seconds_after(steady_clock::time_point begun) {
  return std::chrono::duration<double>(steady_clock::now() - begun).count();
}

struct QueueFigures {
  std::vector<double> through, claim_us, pickup_ms, floor;
};

/// Submit, run and record, all at once.
double through_per_second(const Settings& settings) {
  FreshHistory fresh(settings);
  Store store = Store::open(fresh.path(), {.durability = settings.durability});
  Executor executor(store, {.workers = workers});
  executor.bind("empty", [](Invocation&) {});
  const std::uint64_t each = settings.calls / submitters;
  const auto begun = steady_clock::now();
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < submitters; ++t) {
    threads.emplace_back([&] {
      for (std::uint64_t i = 0; i < each; ++i) executor.submit("empty");
    });
  }
  for (std::thread& thread : threads) thread.join();
  executor.drain();
  return static_cast<double>(each * submitters) / seconds_after(begun);
}

/// The median time to claim one call of a long queue. Without fsync, which is the disk's time.
double claim_us(const Settings& settings) {
  FreshHistory fresh(settings);
  Store store = Store::open(fresh.path(), {.durability = Durability::crash_safe});
  Queue queue(store);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < submitters; ++t) {
    threads.emplace_back([&] {
      for (std::uint64_t i = 0; i < settings.calls / submitters; ++i) {
        Submission submission;
        submission.call.id = new_call_id();
        submission.call.fn_id = "fn " + std::to_string(i % settings.functions);
        submission.call.type = CallType::async;
        submission.call.priority = static_cast<std::int32_t>(i % 3);
        submission.runner = Runner::command;
        queue.submit(submission);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Worker worker = Queue::new_worker(1h);
  std::vector<double> took;
  for (std::size_t i = 0; i < std::min<std::size_t>(settings.samples, settings.calls / 2); ++i) {
    const auto begun = steady_clock::now();
    const std::vector<Claim> claims = queue.claim(worker, {.commands = 1, .most = 1});
    took.push_back(1e6 * seconds_after(begun));
    if (claims.size() != 1) throw Error(Errc::corrupt, "a call that waits was not handed out");
  }
  return quantile(took, 0.5);
}

/// The median time from the submission through one handle to the start on another that is idle.
double pickup_ms(const Settings& settings) {
  FreshHistory fresh(settings);
  Store store = Store::open(fresh.path(), {.durability = settings.durability});
  Store other = Store::open(fresh.path(), {.durability = settings.durability});
  std::atomic<bool> begun{false};
  Executor executor(store, {.workers = 1});
  executor.bind("fn", [&](Invocation&) { begun = true; });
  Executor submitter(other, {.workers = 0});
  submitter.bind("fn", [](Invocation&) {});
  std::vector<double> took;
  for (std::size_t i = 0; i < pickups; ++i) {
    std::this_thread::sleep_for(20ms);
    begun = false;
    const auto start = steady_clock::now();
    submitter.submit("fn");
    while (!begun) std::this_thread::sleep_for(50us);
    took.push_back(1e3 * seconds_after(start));
  }
  return quantile(took, 0.5);
}

}  // namespace

void run_queue(const Settings& settings, std::span<const EngineKind>) {
  QueueFigures figures;
  for (std::size_t run = 0; run < settings.runs; ++run) {
    figures.through.push_back(through_per_second(settings));
    figures.claim_us.push_back(claim_us(settings));
    figures.pickup_ms.push_back(pickup_ms(settings));
    figures.floor.push_back(fdatasync_per_second(settings.folder));
  }
  Params params;
  params.number("calls", settings.calls).text("durability", to_string(settings.durability));
  const Report report(settings, std::move(params));
  report.add("calls_per_s", "calls/s", figures.through,
             Params().number("workers", workers).number("submitters", submitters));
  report.add("p50_us", "us", figures.claim_us,
             Params().text("case", "claim").text("claim_durability", "crash_safe"));
  report.add("p50_ms", "ms", figures.pickup_ms, Params().text("case", "pick-up"));
  report.add_machine("fdatasync_per_s", "1/s", figures.floor,
                     Params().number("bytes", floor_block_bytes));
}

}  // namespace fnstore::bench

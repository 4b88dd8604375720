#include "fnstore/executor.h"

#include "fresh_history.h"
#include "machine_floor.h"
#include "report.h"
#include "workload.h"

#include <chrono>
#include <thread>
#include <vector>

namespace fnstore::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t many_threads = 16;

double seconds_from(steady_clock::time_point begun) {
  return std::chrono::duration<double>(steady_clock::now() - begun).count();
}

/// The median time in microseconds of one of `count` acts.
template <typename Act>
double median_us(std::size_t count, Act act) {
  std::vector<double> took;
  took.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto begun = steady_clock::now();
    act();
    took.push_back(1e6 * seconds_from(begun));
  }
  return quantile(took, 0.5);
}

struct InvokeFigures {
  std::vector<double> bare_us, call_us, one_thread, many, floor;
};

void measure_run(const Settings& settings, InvokeFigures& figures) {
  FreshHistory fresh(settings);
  Store store = Store::open(fresh.path(), {.durability = settings.durability});
  Executor executor(store, {.workers = 0});
  const Function empty = as_function([](Invocation&) {});
  executor.bind("empty", [](Invocation&) {});

  const Call call;
  figures.bare_us.push_back(median_us(settings.samples, [&] {
    Invocation invocation(call, 1, std::nullopt, {}, 0);
    empty(invocation);
  }));
  figures.call_us.push_back(median_us(settings.samples, [&] { executor.invoke("empty"); }));

  auto begun = steady_clock::now();
  for (std::uint64_t i = 0; i < settings.calls; ++i) executor.invoke("empty");
  store.flush();
  figures.one_thread.push_back(static_cast<double>(settings.calls) / seconds_from(begun));

  begun = steady_clock::now();
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < many_threads; ++t) {
    threads.emplace_back([&] {
      for (std::uint64_t i = 0; i < settings.calls / many_threads; ++i) executor.invoke("empty");
    });
  }
  for (std::thread& thread : threads) thread.join();
  store.flush();
  figures.many.push_back(static_cast<double>(settings.calls / many_threads * many_threads) /
                         seconds_from(begun));
  figures.floor.push_back(fdatasync_per_second(settings.folder));
}

}  // namespace

void run_invoke(const Settings& settings, std::span<const EngineKind>) {
  InvokeFigures figures;
  for (std::size_t run = 0; run < settings.runs; ++run) measure_run(settings, figures);
  Params params;
  params.number("calls", settings.calls).text("durability", to_string(settings.durability));
  const Report report(settings, std::move(params));
  report.add("p50_us", "us", figures.bare_us, Params().text("case", "bare function"));
  report.add("p50_us", "us", figures.call_us, Params().text("case", "sync call"));
  report.add("calls_per_s", "calls/s", figures.one_thread, Params().number("threads", 1));
  report.add("calls_per_s", "calls/s", figures.many, Params().number("threads", many_threads));
  report.add_machine("fdatasync_per_s", "1/s", figures.floor,
                     Params().number("bytes", floor_block_bytes));
}

}  // namespace fnstore::bench

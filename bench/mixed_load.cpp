#include "mixed_load.h"

#include "page_cases.h"
#include "stopwatch.h"

#include <future>

namespace fnstore::bench {
namespace {

std::vector<double> page_until(const Engine& engine, const HistoryMarks& history, Random random,
                               const std::atomic<bool>& stopped) {
  std::vector<double> took_us;
  const auto hot = page_cases()[0].make;
  const auto deep = page_cases()[2].make;
  while (!stopped) {
    const CallFilter request = (random.below(2) == 0 ? hot : deep)(history, random);
    const Stopwatch watch;
    const CallList page = engine.list(request);
    took_us.push_back(watch.microseconds());
  }
  return took_us;
}

std::vector<double> insert_until(Engine& engine, PlanContinuation& source, std::size_t batch,
                                 const std::atomic<bool>& stopped) {
  std::vector<double> took_us;
  std::vector<Call> calls(batch);
  while (!stopped) {
    source.make(calls);
    const Stopwatch watch;
    engine.insert(calls);
    took_us.push_back(watch.microseconds());
  }
  return took_us;
}

/// Tells threads to stop, however it goes away.
class Stop {
 public:
  explicit Stop(std::atomic<bool>& stopped) : stopped_(stopped) {}
  ~Stop() { stopped_ = true; }
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

 private:
  std::atomic<bool>& stopped_;
};

}  // namespace

MixedTimes run_mixed(Engine& engine, const HistoryMarks& history, const Settings& settings,
                     PlanContinuation* writer, std::size_t batch,
                     const std::function<void()>& work) {
  std::atomic<bool> stopped{false};
  std::vector<std::future<std::vector<double>>> readers;
  std::future<std::vector<double>> writing;
  MixedTimes times;
  const Stopwatch watch;
  {
    const Stop stop(stopped);
    for (std::size_t i = 0; i < settings.readers; ++i) {
      readers.push_back(std::async(std::launch::async, [&, i] {
        return page_until(engine, history, Random(settings.seed, i), stopped);
      }));
    }
    if (writer != nullptr) {
      writing = std::async(std::launch::async,
                           [&] { return insert_until(engine, *writer, batch, stopped); });
    }
    work();
  }
  for (auto& reader : readers) {
    const std::vector<double> some = reader.get();
    times.page_us.insert(times.page_us.end(), some.begin(), some.end());
  }
  if (writer != nullptr) times.insert_us = writing.get();
  times.inserted = times.insert_us.size() * batch;
  times.seconds = watch.seconds();
  return times;
}

}  // namespace fnstore::bench

#include "soak.h"

#include "fnstore/retention.h"
#include "fnstore/safekeeping.h"

#include "gate.h"
#include "other_process.h"
#include "work.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <malloc.h>
#include <memory>
#include <mutex>
#include <thread>
#include <unistd.h>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

using SteadyClock = std::chrono::steady_clock;
using Part = void (Work::*)();

constexpr std::array<Part, thread_count> thread_parts = {
    &Work::insert, &Work::insert_batch, &Work::list, &Work::tail, &Work::run_queue};

class Soak {
 public:
  Soak(const std::string& path, const SoakOptions& options)
      : path_(path), options_(options), store_(Store::open(path, soak_options())) {
    if (prunes()) {
      RetentionPolicy policy;
      policy.rules.push_back({.keep_last = kept_calls});
      store_.set_retention_policy(policy);
      Work(store_, path, options.seed, timings_).fill();
    }
  }

  SoakResult run() {
    for (std::size_t i = 0; i < other_processes; ++i) {
      others_.push_back(std::make_unique<OtherProcess>(part_names[thread_count + i], path_,
                                                       options_.seed + 100 + i, prunes()));
    }
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < thread_count; ++i) {
      threads.emplace_back([this, i](const std::stop_token& stop) { work(stop, i); });
    }
    watch();
    threads.clear();
    for (const auto& other : others_) {
      if (!other->end()) add_problem("a process did not end in order");
    }
    if (result_.problems.empty()) look_at_end();
    return std::move(result_);
  }

 private:
  bool prunes() const { return options_.control != Control::no_retention; }

  void work(const std::stop_token& stop, std::size_t part) {
    try {
      Work own(store_, path_, options_.seed + part, timings_);
      while (!stop.stop_requested() && !failed_) {
        gate_.enter();
        const std::unique_ptr<Gate, void (*)(Gate*)> inside(&gate_, [](Gate* g) { g->leave(); });
        (own.*thread_parts[part])();
        ++rounds_[part];
      }
    } catch (const std::exception& failure) {
      add_problem(fmt::format("{}: {}", part_names[part], failure.what()));
    }
  }

  void watch() {
    const auto start = SteadyClock::now();
    const auto end = start + options_.time;
    auto next = start + options_.interval;
    // A machine that was halted may have let the time pass without enough to judge by.
    while (!failed_ && (SteadyClock::now() < end || result_.samples.size() < least_samples)) {
      std::this_thread::sleep_for(50ms);
      spoil();
      look_at_log();
      for (const auto& other : others_) {
        if (other->has_ended()) add_problem("a process has ended, and said why");
      }
      if (failed_ || SteadyClock::now() < next) continue;
      next = SteadyClock::now() + options_.interval;
      add_sample(std::chrono::duration<double>(SteadyClock::now() - start).count());
    }
  }

  /// Does what the control is there for.
  void spoil() {
    if (options_.control == Control::leak_descriptors) ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (options_.control == Control::leak_memory) leaked_.emplace_back(std::size_t{1} << 18, 'x');
  }

  void look_at_log() {
    std::error_code missing;
    const auto bytes = std::filesystem::file_size(path_ + "-wal", missing);
    if (!missing) largest_log_ = std::max<std::uint64_t>(largest_log_, bytes);
  }

  void add_sample(double seconds) {
    Measurement sample{.seconds = seconds, .log_bytes = std::exchange(largest_log_, 0)};
    gate_.close();
    sample.processes[0] = process_state(::getpid());
    const struct mallinfo2 heap = ::mallinfo2();
    gate_.open();
    sample.heap_bytes = heap.uordblks + heap.hblkhd;
    for (std::size_t i = 0; i < other_processes; ++i) {
      sample.processes[1 + i] = process_state(others_[i]->pid());
      sample.rounds[thread_count + i] = others_[i]->rounds();
    }
    for (std::size_t i = 0; i < thread_count; ++i) sample.rounds[i] = rounds_[i];
    sample.insert = timings_.insert.take();
    sample.page = timings_.page.take();
    const StoreInfo info = store_.info();
    sample.file_bytes = info.file_bytes;
    sample.calls = info.calls;
    fmt::print("{}\n", describe(sample));
    std::fflush(stdout);
    result_.samples.push_back(sample);
  }

  void look_at_end() {
    Work(store_, path_, options_.seed, timings_).drain_queue();
    const StoreInfo info = store_.info();
    for (int status = 0; status < status_count; ++status) {
      const auto calls = info.calls_by_status[static_cast<std::size_t>(status)];
      if (is_finished(static_cast<Status>(status)) || calls == 0) continue;
      add_problem(fmt::format("{} calls are still {} though all were ended", calls,
                              to_string(static_cast<Status>(status))));
    }
    const Verification found = Safekeeping(store_).verify();
    if (!found.ok()) {
      add_problem(found.problems.front().where + ": " + found.problems.front().what);
    }
  }

  void add_problem(std::string problem) {
    const std::lock_guard lock(mutex_);
    result_.problems.push_back(std::move(problem));
    failed_ = true;
  }

  const std::string path_;
  const SoakOptions options_;
  Store store_;
  Timings timings_;
  Gate gate_;
  std::vector<std::unique_ptr<OtherProcess>> others_;
  std::array<std::atomic<std::uint64_t>, thread_count> rounds_{};
  std::uint64_t largest_log_ = 0;
  std::vector<std::string> leaked_;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  // guards result_.problems while threads run
  SoakResult result_;
};

}  // namespace

SoakResult run_soak(const std::string& path, const SoakOptions& options) {
  return Soak(path, options).run();
}

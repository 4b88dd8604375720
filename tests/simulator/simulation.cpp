#include "simulation.h"

#include "actor.h"
#include "short_transfers.h"

#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;
using namespace fnstore;

namespace {

constexpr std::size_t most_threads = 4;

/// In memory where the system has a place for that: nothing here needs a real disk.
fs::path parent_folder() {
  const fs::path in_memory = "/dev/shm";
  return ::access(in_memory.c_str(), W_OK) == 0 ? in_memory : fs::temp_directory_path();
}

class Folder {
 public:
  Folder() : path_((parent_folder() / "fnstore-simulator-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder " + path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A store, and what is known of it from life to life.
class Simulation {
 public:
  explicit Simulation(const Plan& plan) : plan_(plan), path_(folder_.path() + "/history.db") {}

  void live(std::size_t number, Tally& tally);

 private:
  StoreOptions options_of(const Life& life) const;
  void act(const Life& life, std::size_t number, const Disk& disk);
  void run_threads(const Stage& stage, const Life& life);
  void end(const Life& life, Disk& disk, Tally& tally);
  void check(bool all, Tally& tally);
  void check_backups() const;
  Contents read_all() const;

  const Plan& plan_;
  Folder folder_;
  std::string path_;
  SimulatedClock clock_;
  Ledger ledgers_[most_threads];
  QueueLedger queue_;
  std::vector<std::string> backups_;  // acknowledged in this life
};

StoreOptions Simulation::options_of(const Life& life) const {
  StoreOptions options;
  options.durability = life.durability;
  options.background_packing = life.background_packing;
  options.pack_after = life.pack_after;
  options.retention_interval = std::chrono::milliseconds(0);
  options.busy_timeout = std::chrono::milliseconds(30'000);
  options.clock = &clock_;
  return options;
}

void Simulation::run_threads(const Stage& stage, const Life& life) {
  std::mutex mutex;
  std::exception_ptr failure;
  std::vector<std::thread> threads;
  const auto run = [&](std::size_t number) {
    try {
      Actor actor(stage, ledgers_[number], number);
      actor.run(life.scripts[number]);
      const std::lock_guard guard(mutex);
      if (actor.backup()) backups_.push_back(*actor.backup());
    } catch (...) {
      const std::lock_guard guard(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  for (std::size_t number = 1; number < life.scripts.size(); ++number) {
    threads.emplace_back(run, number);
  }
  run(0);
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

void Simulation::act(const Life& life, std::size_t number, const Disk& disk) {
  std::optional<Store> store;
  try {
    store = Store::open(path_, options_of(life));
  } catch (const Error& error) {
    const bool explained =
        error.code() == Errc::io || error.code() == Errc::full || error.code() == Errc::in_doubt;
    const bool failing = disk.stopped() || disk.failures() > 0 || life.rules.memory > 0;
    if (explained && failing) return;
    throw;
  }
  run_threads({*store, queue_, clock_, disk, life, plan_.control, folder_.path(),
               fmt::format("{:03}", number)},
              life);
}

void Simulation::end(const Life& life, Disk& disk, Tally& tally) {
  tally.failures += disk.failures();
  if (!disk.stopped()) {
    ++tally.clean_ends;
  } else if (life.rules.power_cut) {
    ++tally.cuts;
    disk.lose_power();
  } else {
    ++tally.deaths;
  }
}

void Simulation::live(std::size_t number, Tally& tally) {
  const Life& life = plan_.lives[number];
  Disk disk(folder_.path(), life.disk_seed, life.rules);
  {
    const faults::Scope scope(disk);
    set_short_transfers(life.rules.short_transfers);
    act(life, number, disk);
    // Closing belongs to the life: it may be what is cut short.
  }
  set_short_transfers(0);
  end(life, disk, tally);
  const bool cut = disk.stopped() && life.rules.power_cut;
  check(!cut || life.durability == Durability::power_safe, tally);
  ++tally.lives;
}

Contents Simulation::read_all() const {
  Contents found;
  StoreOptions options;
  options.background_packing = false;
  options.retention_interval = std::chrono::milliseconds(0);
  const Store store = Store::open(path_, options);
  std::pair<std::string, std::string> last{"~", ""};
  for (const Call& listed : store.calls({})) {
    const std::pair<std::string, std::string> place{listed.id, listed.fn_id};
    if (place >= last) throw std::runtime_error("the list is out of order at " + listed.id);
    last = place;
    const auto call = store.find(listed.key());
    if (!call) throw std::runtime_error("call " + listed.id + " is listed and not found");
    found[{listed.fn_id, listed.id}] = {*call, store.find_log(listed.key())};
  }
  if (store.info().calls != found.size()) throw std::runtime_error("info counts otherwise");
  return found;
}

void Simulation::check_backups() const {
  for (const std::string& backup : backups_) {
    const Verification found = Safekeeping::verify_file(backup);
    if (found.ok()) continue;
    throw std::runtime_error("backup: " + found.problems.front().where + ": " +
                             found.problems.front().what);
  }
}

void Simulation::check(bool all, Tally& tally) {
  Contents found;
  if (fs::exists(path_)) {
    const Verification verified = Safekeeping::verify_file(path_);
    if (!verified.ok()) {
      throw std::runtime_error("verify: " + verified.problems.front().where + ": " +
                               verified.problems.front().what);
    }
    found = read_all();
  }
  tally.checked += found.size();
  for (std::size_t number = 0; number < most_threads; ++number) {
    Contents own;
    for (const auto& [key, record] : found) {
      if (key.first.starts_with(prefix_of(number))) own.emplace(key, record);
    }
    const std::string problem = ledgers_[number].compare(own, all);
    if (!problem.empty()) throw std::runtime_error(problem);
    tally.acknowledged += ledgers_[number].acknowledged();
    ledgers_[number].begin(std::move(own));
  }
  const std::string problem = queue_.compare(found, all);
  if (!problem.empty()) throw std::runtime_error(problem);
  queue_.begin(found, !all);
  check_backups();
  for (const std::string& backup : backups_) fs::remove(backup);
  backups_.clear();
}

}  // namespace

void simulate(const Plan& plan, Tally& tally) {
  Simulation simulation(plan);
  for (std::size_t number = 0; number < plan.lives.size(); ++number) {
    try {
      simulation.live(number, tally);
    } catch (const std::exception& error) {
      throw Violation(number, error.what());
    }
  }
}

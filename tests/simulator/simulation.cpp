#include "simulation.h"

#include "actor.h"
#include "short_transfers.h"

#include <algorithm>
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

/// The calls of one thread.
Contents own_of(std::size_t number, const Contents& found) {
  Contents own;
  for (const auto& [key, record] : found) {
    if (key.first.starts_with(prefix_of(number))) own.emplace(key, record);
  }
  return own;
}

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
  void restore(const Life& life, const Disk& disk);
  void check_restored(Tally& tally);
  void check(bool all, Tally& tally);
  void take_over(const Contents& found);
  void check_backups() const;
  Contents verified() const;
  Contents read_all() const;

  const Plan& plan_;
  Folder folder_;
  std::string path_;
  SimulatedClock clock_;
  Ledger ledgers_[most_threads];
  QueueLedger queue_;
  std::vector<std::string> backups_;  // acknowledged in this life
  Contents current_;
  Folder vault_;  // beyond the disk's reach: the store as it was some lives ago
  std::optional<Contents> kept_;
  bool restored_ = false;  // as this life was told
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

/// Puts the kept state in the store's place, or fails to.
void Simulation::restore(const Life& life, const Disk& disk) {
  restored_ = false;
  try {
    Safekeeping::restore(folder_.path() + "/kept.db", path_, {.force = true});
    restored_ = true;
  } catch (const Error& error) {
    const DiskRules& rules = life.rules;
    const bool failing =
        disk.stopped() || rules.errors + rules.full + rules.bad_syncs + rules.memory > 0;
    if (!failing) throw;  // with what failed, any reason may be told: the backup is not read either
  }
}

/// One of the two states as a whole, and the new one where that was acknowledged.
void Simulation::check_restored(Tally& tally) {
  const Contents found = verified();
  const bool is_new = found == *kept_;
  if (!is_new && found != current_) {
    throw std::runtime_error("restore: neither the old store nor the new one: " +
                             difference(current_, found));
  }
  if (restored_ && !is_new) throw std::runtime_error("restore: the old store is back");
  ++tally.restores;
  tally.new_states += is_new ? 1U : 0U;
  tally.checked += found.size();
  take_over(found);
  queue_.begin(found, true);
  for (const char* const ending : {"", "-wal", "-shm", "-lock"}) {
    fs::remove(folder_.path() + "/kept.db" + ending);
  }
}

void Simulation::live(std::size_t number, Tally& tally) {
  const Life& life = plan_.lives[number];
  const bool restores = life.restores && kept_ && fs::exists(path_);
  if (restores) fs::copy_file(vault_.path() + "/kept.db", folder_.path() + "/kept.db");
  Disk disk(folder_.path(), life.disk_seed, life.rules);
  {
    const faults::Scope scope(disk);
    set_short_transfers(life.rules.short_transfers);
    restores ? restore(life, disk) : act(life, number, disk);
    // Closing belongs to the life: it may be what is cut short.
  }
  set_short_transfers(0);
  if (!disk.stopped()) {
    for (Ledger& ledger : ledgers_) ledger.note_written();  // by closing the store
  }
  end(life, disk, tally);
  ++tally.lives;
  tally.buffered += life.durability == Durability::buffered ? 1U : 0U;
  if (restores) return check_restored(tally);
  const bool cut = disk.stopped() && life.rules.power_cut;
  check(!cut || life.durability == Durability::power_safe, tally);
  if (number % 3 != 0 || !fs::exists(path_)) return;
  fs::copy_file(path_, vault_.path() + "/kept.db", fs::copy_options::overwrite_existing);
  kept_ = current_;
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

/// Each is whole, that of an operation which was cut short as well; those acknowledged are there.
void Simulation::check_backups() const {
  for (const std::string& backup : backups_) {
    if (!fs::exists(backup)) throw std::runtime_error("backup: it is lost");
  }
  for (std::size_t number = 0; number < most_threads; ++number) {
    const std::string backup = backup_path(folder_.path(), number);
    if (!fs::exists(backup)) continue;
    const Verification found = Safekeeping::verify_file(backup);
    if (!found.ok()) {
      throw std::runtime_error("backup: " + found.problems.front().where + ": " +
                               found.problems.front().what);
    }
    // One that nobody was told of stays for the next to take its place.
    if (std::ranges::count(backups_, backup) > 0) fs::remove(backup);
  }
}

Contents Simulation::verified() const {
  if (!fs::exists(path_)) return {};
  const Verification found = Safekeeping::verify_file(path_);
  if (!found.ok()) {
    throw std::runtime_error("verify: " + found.problems.front().where + ": " +
                             found.problems.front().what);
  }
  return read_all();
}

/// What was found is where the next life begins.
void Simulation::take_over(const Contents& found) {
  for (std::size_t number = 0; number < most_threads; ++number) {
    ledgers_[number].begin(own_of(number, found));
  }
  current_ = found;
}

void Simulation::check(bool all, Tally& tally) {
  const Contents found = verified();
  tally.checked += found.size();
  for (std::size_t number = 0; number < most_threads; ++number) {
    const std::string problem = ledgers_[number].compare(own_of(number, found), all);
    if (!problem.empty()) throw std::runtime_error(problem);
    tally.acknowledged += ledgers_[number].acknowledged();
  }
  const std::string problem = queue_.compare(found, all);
  if (!problem.empty()) throw std::runtime_error(problem);
  queue_.begin(found, !all);
  take_over(found);
  check_backups();
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

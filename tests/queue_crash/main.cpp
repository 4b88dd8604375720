// Submitters and workers in processes of their own, killed with -9 at random moments, and some
// workers halted for longer than their lease: before a claim, after it, after the effect, before
// the result. What their events say must be what the queue promises.
#include "fnstore/fnstore.h"

#include "children.h"
#include "event_check.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t rounds_per_file = 50;

pid_t start(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = -1;
  if (::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), environ) != 0) {
    throw std::runtime_error("cannot start a child");
  }
  return child;
}

/// Ends a child with SIGKILL; one that had ended by itself found something wrong.
bool killed(pid_t child) {
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

struct Files {
  std::string folder;
  std::string store() const { return folder + "/queue.db"; }
  std::string events() const { return folder + "/events"; }
};

pid_t start_child(const char* role, const Files& files, std::mt19937_64& random) {
  return start({"test-queue-crash", role, files.store(), "--events", files.events(), "--seed",
                std::to_string(random() % 1'000'000'000)});
}

/// Runs what is left to its end, with a worker that lives.
void run_the_rest(const Files& files, EventCheck& check, std::mt19937_64& random) {
  fnstore::Store store = fnstore::Store::open(files.store());
  const pid_t worker = start_child("--child-worker", files, random);
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  const auto unfinished = [&] {
    const auto by_status = store.info().calls_by_status;
    return by_status[0] + by_status[1] + by_status[2];
  };
  while (unfinished() > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(10ms);
  }
  std::this_thread::sleep_for(50ms);  // for the last event
  const bool was_well = killed(worker);
  check.read(files.events());
  if (!was_well) throw std::runtime_error("the last worker ended by itself");
  if (unfinished() > 0) throw std::runtime_error("not all calls were run to their end");
  check.compare(store);
}

void check_verified(const std::string& path) {
  const fnstore::Verification found = fnstore::Safekeeping::verify_file(path);
  if (found.ok()) return;
  throw std::runtime_error("verify: " + found.problems.front().where + ": " +
                           found.problems.front().what);
}

void run_round(const Files& files, EventCheck& check, std::mt19937_64& random) {
  std::vector<pid_t> children;
  const pid_t submitter = start_child("--child-submitter", files, random);
  children.push_back(submitter);
  for (int i = 0; i < 3; ++i) children.push_back(start_child("--child-worker", files, random));
  std::shuffle(children.begin(), children.end(), random);
  const bool halts = random() % 4 == 0;
  pid_t halted = -1;
  if (halts) {
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + random() % 60));
    halted = children.front() == submitter ? children.back() : children.front();
    ::kill(halted, SIGSTOP);
    std::this_thread::sleep_for(worker_lease + std::chrono::milliseconds(random() % 100));
    ::kill(halted, SIGCONT);
  }
  bool all_well = true;
  for (const pid_t child : children) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
    all_well = killed(child) && all_well;
  }
  check.read(files.events());
  if (!all_well) throw std::runtime_error("a child ended by itself");
  check.compare(fnstore::Store::open(files.store(), {.background_packing = false}));
  check_verified(files.store());
}

int run_parent(std::uint64_t seed, std::size_t rounds) {
  std::mt19937_64 random(seed);
  std::size_t passed = 0;
  std::size_t submitted = 0, finished = 0, refused = 0, repeated = 0;
  while (passed < rounds) {
    Files files{(std::filesystem::temp_directory_path() / "fnstore-queue-XXXXXX").string()};
    if (::mkdtemp(files.folder.data()) == nullptr) return 2;
    EventCheck check;
    try {
      for (std::size_t i = 0; i < rounds_per_file && passed < rounds; ++i, ++passed) {
        run_round(files, check, random);
      }
      run_the_rest(files, check, random);
    } catch (const std::exception& error) {
      fmt::print("FAILED seed {} round {}: {} (kept: {})\n", seed, passed, error.what(),
                 files.folder);
      fmt::print("{} passed, 1 failed\n", passed);
      return 1;
    }
    submitted += check.submitted();
    finished += check.finished();
    refused += check.refused();
    repeated += check.repeated();
    std::filesystem::remove_all(files.folder);
  }
  fmt::print(
      "seed {}: {} rounds, {} calls submitted, {} ends acknowledged, {} late results "
      "refused, {} calls run more than once\n",
      seed, passed, submitted, finished, refused, repeated);
  fmt::print("{} passed, 0 failed\n", passed);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Kills submitters and workers of one queue with -9", "test-queue-crash");
  std::uint64_t seed = 1;
  std::size_t rounds = 20;
  std::string submitter;
  std::string worker;
  std::string events;
  app.add_option("--seed", seed, "of the waits and the calls");
  app.add_option("--rounds", rounds, "in each of which all children are killed");
  app.add_option("--child-submitter", submitter, "be a submitter, on this file");
  app.add_option("--child-worker", worker, "be a worker, on this file");
  app.add_option("--events", events, "where a child tells what it did");
  CLI11_PARSE(app, argc, argv);
  if (!submitter.empty()) return run_submitter(submitter, events, seed);
  if (!worker.empty()) return run_worker(worker, events, seed);
  return run_parent(seed, rounds);
}

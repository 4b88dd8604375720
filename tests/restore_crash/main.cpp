// Kills a process that restores a store over and over, while others use it: afterwards the store is
// one backup or the other as a whole, with what users added since, and verifies.

#include "fnstore/fnstore.h"

#include "children.h"

#include <CLI/CLI.hpp>
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

pid_t start_child(const char* role, const std::string& folder, std::mt19937_64& random) {
  const std::vector<std::string> words{"test-restore-crash", role, folder, "--seed",
                                       std::to_string(random() % 1'000'000)};
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t child = -1;
  if (::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), environ) != 0) {
    throw std::runtime_error("cannot start a child");
  }
  return child;
}

/// False when it had ended by itself, which means that it found something wrong.
bool killed(pid_t child) {
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/// `in_use`: calls may be added meanwhile.
void check_whole(const std::string& folder, bool in_use) {
  const fnstore::Verification found = fnstore::Safekeeping::verify_file(store_in(folder));
  if (!found.ok()) {
    throw std::runtime_error("verify: " + found.problems.front().where + ": " +
                             found.problems.front().what);
  }
  fnstore::StoreOptions options;
  options.create = false;
  const fnstore::Store store = fnstore::Store::open(store_in(folder), options);
  std::uint64_t even = 0;
  std::uint64_t odd = 0;
  std::uint64_t others = 0;
  for (const fnstore::Call& call : store.calls({})) {
    ++(call.fn_id == even_fn ? even : call.fn_id == odd_fn ? odd : others);
    if (call.fn_id == user_fn) continue;
    const auto number = std::stoul(call.id);
    if (number % 50 != 0) continue;
    if (store.get_log(call.key()) != fmt::format("log {} of {}", number, call.fn_id)) {
      throw std::runtime_error("a log is not that of its call");
    }
  }
  const bool whole = (even == even_calls && odd == 0) || (even == 0 && odd == odd_calls);
  if (whole && (in_use || even + odd + others == found.calls)) return;
  throw std::runtime_error(
      fmt::format("{} calls of even, {} of odd, {} others", even, odd, others));
}

/// What a killed restore may leave: a draft under a name of its own.
void remove_drafts(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().find(".new-") == std::string::npos) continue;
    std::filesystem::remove(entry.path());
  }
}

void run_round(const std::string& folder, std::mt19937_64& random) {
  const pid_t restorer = start_child("--child-restorer", folder, random);
  std::vector<pid_t> users;
  for (std::uint64_t i = 0; i < random() % 3; ++i) {
    users.push_back(start_child("--child-user", folder, random));
  }
  std::this_thread::sleep_for(std::chrono::microseconds(random() % 150'000));
  bool well = killed(restorer);
  // Users go on for a while beside what the killed restore left.
  std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
  if (random() % 2 == 0) check_whole(folder, true);
  for (const pid_t user : users) well = killed(user) && well;
  if (!well) throw std::runtime_error("a child ended by itself");
  check_whole(folder, false);
  remove_drafts(folder);
}

int run_parent(std::uint64_t seed, std::size_t rounds) {
  std::mt19937_64 random(seed);
  std::string folder =
      (std::filesystem::temp_directory_path() / "fnstore-restore-crash-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  make_backup(folder, false);
  make_backup(folder, true);
  fnstore::Safekeeping::restore(backup_in(folder, false), store_in(folder));
  std::size_t passed = 0;
  for (; passed < rounds; ++passed) {
    try {
      run_round(folder, random);
    } catch (const std::exception& error) {
      fmt::print("FAILED seed {} round {}: {} (kept: {})\n", seed, passed, error.what(), folder);
      folder.clear();
      break;
    }
  }
  if (!folder.empty()) std::filesystem::remove_all(folder);
  fmt::print("seed {}: {} kills\n", seed, passed);
  fmt::print("{} passed, {} failed\n", passed, rounds - passed);
  return passed == rounds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Kills a restore with -9 and looks whether the store is whole",
               "test-restore-crash");
  std::uint64_t seed = 1;
  std::size_t rounds = 20;
  std::string restorer;
  std::string user;
  app.add_option("--seed", seed, "of the waits");
  app.add_option("--rounds", rounds, "kills");
  app.add_option("--child-restorer", restorer, "restore in this folder");
  app.add_option("--child-user", user, "use the store in this folder");
  CLI11_PARSE(app, argc, argv);
  if (!restorer.empty()) return run_restorer(restorer, seed);
  if (!user.empty()) return run_user(user, seed);
  return run_parent(seed, rounds);
}

#include "fnstore/fnstore.h"

#include "child.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <random>
#include <set>
#include <spawn.h>
#include <sqlite3.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace {

using fnstore::Call;
using fnstore::Status;
using Acknowledged = std::map<std::pair<std::string, std::string>, Status>;

constexpr std::size_t rounds_per_file = 25;

struct Child {
  pid_t pid = -1;
  int output = -1;
};

Child start(const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Child child;
  const int problem =
      ::posix_spawn(&child.pid, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (problem != 0) throw std::runtime_error("cannot start a child");
  child.output = ends[0];
  return child;
}

/// Ends a child with SIGKILL; one that had ended by itself found something wrong.
void kill_child(const Child& child, const char* what) {
  ::kill(child.pid, SIGKILL);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return;
  throw std::runtime_error(fmt::format("the {} ended by itself, status {}", what, status));
}

std::string read_all(int descriptor) {
  std::string all;
  char buffer[65'536];
  ssize_t got = 0;
  while ((got = ::read(descriptor, buffer, sizeof buffer)) > 0) {
    all.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  return all;
}

void note(const std::string& output, Acknowledged& acknowledged) {
  std::istringstream lines(output.substr(0, output.rfind('\n') + 1));  // a cut line was not acked
  std::string fn_id;
  std::string id;
  std::string status;
  while (lines >> fn_id >> id >> status) {
    acknowledged[{fn_id, id}] = fnstore::parse_status(status);
  }
}

void check_integrity(const std::string& path) {
  sqlite3* database = nullptr;
  std::string answer;
  sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  sqlite3_exec(
      database, "PRAGMA integrity_check",
      [](void* text, int, char** values, char**) {
        *static_cast<std::string*>(text) += values[0];
        return 0;
      },
      &answer, nullptr);
  sqlite3_close(database);
  if (answer != "ok") throw std::runtime_error("integrity_check: " + answer);
}

void check_verified(const std::string& path) {
  const fnstore::Verification found = fnstore::Safekeeping::verify_file(path);
  if (found.ok()) return;
  throw std::runtime_error("verify: " + found.problems.front().where + ": " +
                           found.problems.front().what);
}

/// Every acknowledged call is there once, at least as far along as it was acknowledged.
void check_store(const std::string& path, const Acknowledged& acknowledged) {
  fnstore::StoreOptions options;
  options.background_packing = false;
  const fnstore::Store store = fnstore::Store::open(path, options);
  std::map<std::pair<std::string, std::string>, Status> found;
  for (const Call& call : store.calls({})) {
    if (!found.emplace(std::pair(call.fn_id, call.id), call.status).second) {
      throw std::runtime_error(fmt::format("call {} is listed twice", call.id));
    }
  }
  for (const auto& [key, status] : acknowledged) {
    const auto at = found.find(key);
    if (at == found.end()) throw std::runtime_error(fmt::format("call {} is lost", key.second));
    const bool reached = at->second == status || status == Status::running;
    if (!reached) throw std::runtime_error(fmt::format("call {} went back", key.second));
  }
  if (store.info().calls != found.size()) throw std::runtime_error("info counts otherwise");
  if (acknowledged.empty()) return;
  const auto& [fn_id, id] = acknowledged.rbegin()->first;
  if (!store.find({fn_id, id})) throw std::runtime_error("get does not find a listed call");
}

void run_round(const std::string& path, std::mt19937_64& random, Acknowledged& acknowledged) {
  const Child writer =
      start({"test-crash", "--child-writer", path, "--seed", std::to_string(random() % 1'000'000)});
  const Child lister = start({"test-crash", "--child-lister", path});
  std::string output;
  std::thread reader([&] { output = read_all(writer.output); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 250));
  std::string problem;
  for (const auto& [child, what] : {std::pair(writer, "writer"), std::pair(lister, "lister")}) {
    try {
      kill_child(child, what);
    } catch (const std::exception& error) {
      problem = error.what();
    }
  }
  reader.join();
  ::close(lister.output);
  if (!problem.empty()) throw std::runtime_error(problem);
  note(output, acknowledged);
  check_store(path, acknowledged);
  check_integrity(path);
  check_verified(path);
}

int run_parent(std::uint64_t seed, std::size_t rounds) {
  std::mt19937_64 random(seed);
  std::size_t passed = 0;
  std::size_t writes = 0;
  std::string folder;
  Acknowledged acknowledged;
  for (std::size_t round = 0; round < rounds; ++round) {
    if (round % rounds_per_file == 0) {
      if (!folder.empty()) std::filesystem::remove_all(folder);
      folder = (std::filesystem::temp_directory_path() / "fnstore-crash-XXXXXX").string();
      if (::mkdtemp(folder.data()) == nullptr) return 2;
      writes += acknowledged.size();
      acknowledged.clear();
    }
    try {
      run_round(folder + "/crash.db", random, acknowledged);
      ++passed;
    } catch (const std::exception& error) {
      fmt::print("FAILED seed {} round {}: {} (kept: {})\n", seed, round, error.what(), folder);
      folder.clear();
      break;
    }
  }
  if (!folder.empty()) std::filesystem::remove_all(folder);
  fmt::print("seed {}: {} kills, {} acknowledged calls checked\n", seed, passed,
             writes + acknowledged.size());
  fmt::print("{} passed, {} failed\n", passed, rounds - passed);
  return passed == rounds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Kills a writing process with -9 and looks for what it had acknowledged",
               "test-crash");
  std::uint64_t seed = 1;
  std::size_t rounds = 20;
  std::string writer;
  std::string lister;
  app.add_option("--seed", seed, "of the waits and the calls");
  app.add_option("--rounds", rounds, "kills");
  app.add_option("--child-writer", writer, "be the writer, on this file");
  app.add_option("--child-lister", lister, "be the lister, on this file");
  CLI11_PARSE(app, argc, argv);
  if (!writer.empty()) return run_writer(writer, seed);
  if (!lister.empty()) return run_lister(lister);
  return run_parent(seed, rounds);
}

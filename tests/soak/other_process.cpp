#include "other_process.h"

#include "work.h"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

volatile std::sig_atomic_t told_to_end = 0;

}  // namespace

OtherProcess::OtherProcess(const std::string& part, const std::string& path, std::uint64_t seed,
                           bool prunes) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("no pipe");
  output_ = ends[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const std::string number = std::to_string(seed);
  const char* const arguments[] = {"soak",       "--part",       part.c_str(),
                                   path.c_str(), number.c_str(), prunes ? "prunes" : "keeps",
                                   nullptr};
  const int problem = ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr,
                                    const_cast<char**>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (problem != 0) throw std::runtime_error("cannot start a process");
}

OtherProcess::~OtherProcess() {
  end();
  ::close(output_);
}

std::uint64_t OtherProcess::rounds() {
  char buffer[4'096];
  for (ssize_t got = 0; (got = ::read(output_, buffer, sizeof buffer)) > 0;) {
    rounds_ += static_cast<std::uint64_t>(got);
  }
  return rounds_;
}

bool OtherProcess::has_ended() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ < 0;
}

bool OtherProcess::end() {
  if (!has_ended()) {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, &status_, 0);
    pid_ = -1;
  }
  return status_ == 0;
}

int be_other_process(const std::string& part, const std::string& path, std::uint64_t seed,
                     bool prunes) {
  std::signal(SIGTERM, [](int) { told_to_end = 1; });
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  try {
    Timings unused;
    fnstore::Store store = fnstore::Store::open(path, soak_options());
    Work work(store, path, seed, unused);
    auto told = std::chrono::steady_clock::now();
    while (told_to_end == 0) {
      if (part == "keeper") {
        if (prunes) work.prune();
        work.keep();
      } else {
        work.be_worker();
      }
      if (std::chrono::steady_clock::now() - told < std::chrono::milliseconds(100)) continue;
      told = std::chrono::steady_clock::now();
      if (::write(STDOUT_FILENO, ".", 1) != 1) throw std::runtime_error("nobody counts rounds");
      unused.insert.take();
      unused.page.take();
    }
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "FAILED {}: {}\n", part, failure.what());
    return 4;
  }
}

#include "child_process.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

constexpr std::size_t most_problems = 20;  // enough to see what is wrong
constexpr std::size_t problem_bytes = 600;

/// What the child tells its parent. It is written before a trial begins, so a child that dies
/// leaves the number of the trial it died in.
struct Progress {
  volatile std::size_t trial;
  volatile bool failed;  // `problem` says how `trial` failed
  char problem[problem_bytes];
};

/// The most it ever was.
std::size_t resident_mebibytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) / 1'024;
}

[[noreturn]] void run_child(std::size_t from, std::size_t count, std::size_t most_mebibytes,
                            const std::function<std::string(std::size_t)>& trial,
                            Progress& progress) {
  for (std::size_t n = from; n < count; ++n) {
    progress.trial = n;
    const std::size_t before = resident_mebibytes();  // each alone: a sanitizer keeps what is freed
    std::string problem = trial(n);
    if (problem.empty() && resident_mebibytes() > before + most_mebibytes) {
      problem = "grew by " + std::to_string(resident_mebibytes() - before) + " MiB";
    }
    if (problem.empty()) continue;
    std::strncpy(progress.problem, problem.c_str(), problem_bytes - 1);
    progress.failed = true;
    std::_Exit(1);
  }
  progress.trial = count;
  std::_Exit(0);
}

/// The child's wait status, or nothing when it made no progress for too long and was killed.
bool wait_for(pid_t child, unsigned seconds, const Progress& progress, int& status) {
  std::size_t last = progress.trial;
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (::waitpid(child, &status, WNOHANG) == 0) {
    const auto now = std::chrono::steady_clock::now();
    if (progress.trial != last) {
      last = progress.trial;
      deadline = now + std::chrono::seconds(seconds);
    } else if (now > deadline) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::string describe(bool ended, int status, const Progress& progress) {
  if (!ended) return "hangs";
  if (WIFSIGNALED(status)) return std::string("dies: ") + ::strsignal(WTERMSIG(status));
  if (progress.failed) return progress.problem;
  return "ends with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::vector<Verdict> run_trials(std::size_t count, unsigned seconds, std::size_t most_mebibytes,
                                const std::function<std::string(std::size_t)>& trial) {
  void* const shared =
      ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw std::runtime_error("no shared memory");
  Progress& progress = *static_cast<Progress*>(shared);
  std::vector<Verdict> verdicts;
  std::size_t next = 0;
  while (next < count && verdicts.size() < most_problems) {
    std::memset(shared, 0, sizeof(Progress));
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("cannot fork");
    if (child == 0) run_child(next, count, most_mebibytes, trial, progress);
    int status = 0;
    const bool ended = wait_for(child, seconds, progress, status);
    if (ended && status == 0) break;
    verdicts.push_back({progress.trial, describe(ended, status, progress)});
    next = progress.trial + 1;
  }
  ::munmap(shared, sizeof(Progress));
  return verdicts;
}

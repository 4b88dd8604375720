#include "executor/spawn.h"

#include "fnstore/error.h"

#include "executor/process_group.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace fnstore::executor {
namespace {

constexpr std::string_view default_path = "/bin:/usr/bin";
constexpr int first_closed_descriptor = 3;

/// What the child tells the parent before exec; the pipe ends without `failed` when exec worked.
struct ChildReport {
  SpawnFailure failure;
  std::uint64_t memory = 0;  ///< bytes
};

/// Everything the child needs, made before the fork: after it, other threads' locks may be held
/// for ever, so the child may not allocate.
struct PreparedCommand {
  std::vector<std::string> candidates;
  std::vector<char*> candidate_paths;
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::array<int, 3> descriptors;
  std::uint64_t memory;
  bool isolated;
  int report;
};

std::vector<std::string> search_path(const SpawnPlan& plan) {
  const std::string& program = plan.argv.front();
  if (program.empty() || program.find('/') != std::string::npos) return {program};
  std::string_view path = find_variable(plan.environment, "PATH").value_or(default_path);
  std::vector<std::string> candidates;
  while (true) {
    const std::size_t end = path.find(':');
    const std::string_view folder = path.substr(0, end);
    std::string candidate{folder.empty() ? "." : folder};
    candidate += '/';
    candidate += program;
    candidates.push_back(std::move(candidate));
    if (end == std::string_view::npos) return candidates;
    path.remove_prefix(end + 1);
  }
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// From here to run_child: in the child, async-signal-safe calls only.

void reset_signals(bool keep_ignored) noexcept {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action = {};
    if (::sigaction(signal, nullptr, &action) != 0) continue;
    const bool ignored = (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
    if (ignored && keep_ignored) continue;
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    ::sigaction(signal, &standard, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_on_exec_from(unsigned first) noexcept {
  if (::syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Linux before 5.11.
  struct rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  for (rlim_t descriptor = first; descriptor < limit.rlim_cur; ++descriptor) {
    ::fcntl(static_cast<int>(descriptor), F_SETFD, FD_CLOEXEC);
  }
}

bool limit_memory(std::uint64_t bytes) noexcept {
  struct rlimit limit = {};
  if (::getrlimit(RLIMIT_AS, &limit) != 0) return false;
  const rlim_t allowed = std::min<rlim_t>(bytes, limit.rlim_max);
  limit.rlim_cur = allowed;
  limit.rlim_max = allowed;
  return ::setrlimit(RLIMIT_AS, &limit) == 0;
}

/// Tries each candidate as POSIX describes the search; returns the errno when none could run.
int execute(const PreparedCommand& command) noexcept {
  int error = ENOENT;
  for (char* const* path = command.candidate_paths.data(); *path != nullptr; ++path) {
    ::execve(*path, command.argv.data(), command.environment.data());
    if (errno == EACCES) {
      error = EACCES;
    } else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV) {
      return errno;
    }
  }
  return error;
}

void send(int pipe, const ChildReport& report) noexcept {
  // Smaller than PIPE_BUF into an empty pipe: whole or not at all.
  if (::write(pipe, &report, sizeof report) < 0) ::_exit(127);
}

[[noreturn]] void run_child(const PreparedCommand& command) noexcept {
  if (command.isolated) {
    ::setsid();
  } else {
    ::setpgid(0, 0);
  }
  reset_signals(!command.isolated);
  for (int target = 0; target < first_closed_descriptor; ++target) {
    const int source = command.descriptors[static_cast<std::size_t>(target)];
    if (source != target) ::dup2(source, target);
  }
  close_on_exec_from(first_closed_descriptor);
  ChildReport report;
  if (command.memory != 0 && !limit_memory(command.memory)) {
    report.failure = {SpawnFailure::Step::limit_memory, errno};
  } else {
    struct rusage used = {};
    ::getrusage(RUSAGE_SELF, &used);
    report.memory = static_cast<std::uint64_t>(used.ru_maxrss) * 1024U;
    send(command.report, report);
    report.failure = {SpawnFailure::Step::execute, execute(command)};
  }
  send(command.report, report);
  ::_exit(127);
}

/// The last report before the pipe was closed, by exec or by the child's end.
ChildReport receive(int pipe) noexcept {
  ChildReport last;
  ChildReport report;
  while (true) {
    const ssize_t count = ::read(pipe, &report, sizeof report);
    if (count == static_cast<ssize_t>(sizeof report)) {
      last = report;
    } else if (count >= 0 || errno != EINTR) {
      return last;
    }
  }
}

/// Forks with every signal blocked: one that arrived in the child before its handlers are reset
/// would run ours there, and pass for one sent to the parent.
pid_t fork_quietly(const PreparedCommand& command) noexcept {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) run_child(command);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

}  // namespace

std::variant<SpawnedProcess, SpawnFailure> spawn(const SpawnPlan& plan) {
  Pipe reports;
  try {
    reports = open_pipe();
  } catch (const Error&) {
    return SpawnFailure{SpawnFailure::Step::fork, EMFILE};
  }
  PreparedCommand command{
      .candidates = search_path(plan),
      .candidate_paths = {},
      .argv = pointers(plan.argv),
      .environment = pointers(plan.environment),
      .descriptors = {plan.stdin_descriptor, plan.stdout_descriptor, plan.stderr_descriptor},
      .memory = plan.memory,
      .isolated = plan.isolated,
      .report = reports.write.get(),
  };
  command.candidate_paths = pointers(command.candidates);

  SpawnedProcess process;
  process.pid = fork_quietly(command);
  if (process.pid < 0) return SpawnFailure{SpawnFailure::Step::fork, errno};
  reports.write.close();
  process.pidfd = open_process(process.pid);
  const ChildReport report = receive(reports.read.get());
  process.memory_before_exec = report.memory;
  if (report.failure.step == SpawnFailure::Step::none) return process;

  while (::waitpid(process.pid, nullptr, 0) < 0 && errno == EINTR) continue;
  return report.failure;
}

bool program_exists(const SpawnPlan& plan) {
  const std::vector<std::string> candidates = search_path(plan);
  return std::any_of(candidates.begin(), candidates.end(), [](const std::string& path) {
    struct stat status = {};
    return ::stat(path.c_str(), &status) == 0;
  });
}

}  // namespace fnstore::executor

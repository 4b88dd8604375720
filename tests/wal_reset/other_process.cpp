#include "other_process.h"

#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

constexpr int longest_wait_ms = 150'000;  // the process may be halted for a minute

}  // namespace

OtherProcess::OtherProcess(Kind kind, const std::string& path, const std::string& name) {
  int to_child[2];
  int from_child[2];
  if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to_child[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from_child[1], STDOUT_FILENO);
  const std::string word(to_string(kind));
  const char* const arguments[] = {"other",      "--other",    word.c_str(),
                                   path.c_str(), name.c_str(), nullptr};
  const int problem = ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr,
                                    const_cast<char**>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to_child[0]);
  ::close(from_child[1]);
  commands_ = to_child[1];
  answers_ = from_child[0];
  if (problem != 0) throw std::runtime_error("cannot start another process");
  ++told_;  // it answers once when it has opened the file
  wait();
}

OtherProcess::~OtherProcess() {
  ::close(commands_);
  ::waitpid(pid_, nullptr, 0);
  ::close(answers_);
}

void OtherProcess::tell(char command) {
  if (::write(commands_, &command, 1) != 1) throw std::runtime_error("the other process is gone");
  ++told_;
}

bool OtherProcess::read_answer(int timeout_ms) {
  struct pollfd ready {
    answers_, POLLIN, 0
  };
  if (::poll(&ready, 1, timeout_ms) <= 0) return false;
  if (::read(answers_, &written_, sizeof written_) != sizeof written_) {
    throw std::runtime_error("the other process failed");
  }
  ++done_;
  return true;
}

bool OtherProcess::is_done(std::chrono::milliseconds within) {
  while (done_ < told_ && read_answer(static_cast<int>(within.count()))) continue;
  return done_ == told_;
}

void OtherProcess::wait() {
  while (done_ < told_) {
    if (!read_answer(longest_wait_ms)) throw std::runtime_error("the other process hangs");
  }
}

int obey(Kind kind, const std::string& path, const std::string& name) {
  try {
    const std::unique_ptr<Contestant> self = open_contestant(kind, path, name);
    char command = 0;
    do {
      if (command == 'c') self->commit();
      if (command == 'k') self->checkpoint();
      const std::uint32_t written = self->written();
      if (::write(STDOUT_FILENO, &written, sizeof written) < 0) return 3;
    } while (::read(STDIN_FILENO, &command, 1) == 1);
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), failure.what());
    return 4;
  }
}

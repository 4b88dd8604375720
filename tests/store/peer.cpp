#include "peer.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = ends[0];
    write = ends[1];
  }
};

}  // namespace

Peer::Peer(const std::string& store_path) {
  std::signal(SIGPIPE, SIG_IGN);
  const Pipe commands;
  const Pipe answers;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, commands.read, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, answers.write, STDOUT_FILENO);
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe");
  std::string program = (own.parent_path() / "store-peer").string();
  std::string path = store_path;
  char* const arguments[] = {program.data(), path.data(), nullptr};
  const int failed =
      ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(commands.read);
  ::close(answers.write);
  to_peer_ = commands.write;
  from_peer_ = answers.read;
  if (failed != 0) throw std::runtime_error("cannot run " + program);
}

Peer::~Peer() {
  ::close(to_peer_);
  ::close(from_peer_);  // a peer that still writes sees that nobody reads it
  if (halted_) ::kill(process_, SIGKILL);
  int status = 0;
  ::waitpid(process_, &status, 0);
}

void Peer::send(std::initializer_list<std::string> words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : "\t") + word;
  line += '\n';
  if (::write(to_peer_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw std::runtime_error("the other process is gone");
  }
}

std::string Peer::receive() {
  std::size_t end = received_.find('\n');
  while (end == std::string::npos) {
    pollfd ready{from_peer_, POLLIN, 0};
    constexpr int patience_ms = 60'000;
    const int polled = ::poll(&ready, 1, patience_ms);
    if (polled < 0 && errno == EINTR) continue;
    char part[65'536];
    const ssize_t size = polled == 1 ? ::read(from_peer_, part, sizeof part) : 0;
    if (size <= 0) throw std::runtime_error("the other process does not answer");
    received_.append(part, static_cast<std::size_t>(size));
    end = received_.find('\n');
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

std::string Peer::ask(std::initializer_list<std::string> words) {
  send(words);
  return receive();
}

void Peer::halt() {
  ::kill(process_, SIGSTOP);
  int status = 0;
  ::waitpid(process_, &status, WUNTRACED);
  halted_ = true;
}

void Peer::resume() {
  ::kill(process_, SIGCONT);
  halted_ = false;
}

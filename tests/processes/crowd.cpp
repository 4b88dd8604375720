#include "crowd.h"

#include "roles.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Member {
  std::string role;
  pid_t pid = -1;
  int output = -1;
  std::string unread;  // the beginning of a line
};

Member start(std::string_view role, const std::string& path, std::uint64_t seed) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  Member member{std::string(role), -1, ends[0], {}};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const std::string number = std::to_string(seed);
  const char* const arguments[] = {"processes",  "--role",       member.role.c_str(),
                                   path.c_str(), number.c_str(), nullptr};
  const int problem = ::posix_spawn(&member.pid, "/proc/self/exe", &actions, nullptr,
                                    const_cast<char**>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (problem != 0) throw std::runtime_error("cannot start a process");
  return member;
}

class Crowd {
 public:
  Crowd(std::string path, const CrowdOptions& options)
      : path_(std::move(path)), options_(options), random_(options.seed) {
    for (const std::string_view role : options_.roles)
      members_.push_back(start(role, path_, random_()));
  }

  CrowdResult run() {
    const auto end = SteadyClock::now() + options_.time;
    auto next_end = SteadyClock::now();
    while (SteadyClock::now() < end && result_.problems.empty()) {
      listen(20);
      look_at_log();
      if (!options_.replaced || SteadyClock::now() < next_end) continue;
      next_end = SteadyClock::now() + std::chrono::milliseconds(50 + random_() % 300);
      Member& member = members_[random_() % members_.size()];
      const bool kill = random_() % 4 != 0;
      finish(member, kill);
      member = start(member.role, path_, random_());
    }
    for (Member& member : members_) finish(member, random_() % 2 == 0);
    return std::move(result_);
  }

 private:
  void listen(int timeout_ms) {
    std::vector<struct pollfd> ready;
    for (const Member& member : members_) ready.push_back({member.output, POLLIN, 0});
    if (::poll(ready.data(), ready.size(), timeout_ms) <= 0) return;
    for (std::size_t i = 0; i < ready.size(); ++i) {
      if (ready[i].revents == 0 || read_some(members_[i])) continue;
      finish(members_[i], true);  // it has ended by itself
      members_[i] = start(members_[i].role, path_, random_());
    }
  }

  bool read_some(Member& member) {
    char buffer[65'536];
    const ssize_t got = ::read(member.output, buffer, sizeof buffer);
    if (got <= 0) return false;
    member.unread.append(buffer, static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t at = 0; (at = member.unread.find('\n', begin)) != std::string::npos;) {
      take(member.role, member.unread.substr(begin, at - begin));
      begin = at + 1;
    }
    member.unread.erase(0, begin);  // a line that was cut was not acknowledged
    return true;
  }

  void take(const std::string& role, const std::string& line) {
    const std::size_t space = line.find(' ');
    const std::string word = line.substr(0, space);
    if (word == "!") {
      result_.problems.push_back(line.substr(2));
    } else if (word == "took") {
      std::uint64_t& longest = result_.longest_ms[role];
      longest = std::max<std::uint64_t>(longest, std::stoull(line.substr(space + 1)));
      ++result_.rounds[role];
    } else {
      result_.acknowledged.emplace(word, line.substr(space + 1));
    }
  }

  void look_at_log() {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path_ + "-wal", missing);
    if (!missing) result_.largest_log = std::max<std::uint64_t>(result_.largest_log, size);
  }

  /// Ends a process and reads what it still had to say.
  void finish(Member& member, bool kill) {
    ::kill(member.pid, kill ? SIGKILL : SIGTERM);
    while (read_some(member)) continue;
    ::close(member.output);
    int status = 0;
    ::waitpid(member.pid, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
      ++result_.kills;
    } else if (status == 0 || (!kill && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)) {
      ++result_.ends;  // or it had not even begun
    } else if (result_.problems.empty()) {
      result_.problems.push_back(fmt::format("{} ended with status {}", member.role, status));
    }
  }

  std::string path_;
  const CrowdOptions options_;
  std::mt19937_64 random_;
  std::vector<Member> members_;
  CrowdResult result_;
};

}  // namespace

CrowdResult run_crowd(const std::string& path, const CrowdOptions& options) {
  return Crowd(path, options).run();
}

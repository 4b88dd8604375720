#include "fnstore/error.h"

#include "commands.h"

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;
using namespace fnstore::executor;
using namespace std::chrono_literals;

namespace {

int open_descriptors() {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    ++count;
  }
  return count;
}

/// In a process that may be spoilt for everything else.
bool holds_in_child(bool (*condition)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(condition() ? 0 : 1);
  int status = -1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

sigset_t blocked_signals() {
  sigset_t blocked;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  return blocked;
}

}  // namespace

TEST_CASE("many commands at once, each on a thread of its own, keep apart") {
  constexpr std::size_t runs_each = 4;
  std::array<int, 8> right{};
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < right.size(); ++i) {
    threads.emplace_back([&right, i] {
      for (std::size_t n = 0; n < runs_each; ++n) {
        const std::string payload(300'000 + i, static_cast<char>('a' + i));
        CapturedCommand command =
            shell("cat; echo $FNSTORE_CALL_ID >&2; exit " + std::to_string(i));
        const std::string id = "call" + std::to_string(i);
        command.call.id = id;
        command.payload = payload;
        const CapturedResult result = run(command);
        right[i] += result.output == payload && result.log == id + '\n' &&
                    result.exit_status == static_cast<int>(i);
      }
    });
  }
  threads.clear();
  for (const int count : right) CHECK(count == runs_each);
}

TEST_CASE("a run leaves no descriptor, zombie or changed signal behind") {
  const int before = open_descriptors();
  const sigset_t mask_before = blocked_signals();
  struct sigaction term_before = {};
  ::sigaction(SIGTERM, nullptr, &term_before);
  const std::string payload(200'000, 'x');
  CapturedCommand command = shell("true");
  command.payload = payload;
  run_captured(command, {}, [&] {
    struct sigaction during = {};
    ::sigaction(SIGTERM, nullptr, &during);
    CHECK((during.sa_handler == term_before.sa_handler));
  });
  command.argv = {"fnstore-no-such-program"};
  run(command);
  CHECK(open_descriptors() == before);
  CHECK((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
  const sigset_t mask_after = blocked_signals();
  CHECK(::sigismember(&mask_after, SIGPIPE) == ::sigismember(&mask_before, SIGPIPE));
  sigset_t pending;
  ::sigpending(&pending);
  CHECK(::sigismember(&pending, SIGPIPE) == 0);
}

TEST_CASE("a command gets no descriptor but its three pipes") {
  const int inherited = ::open("/dev/null", O_RDONLY);
  REQUIRE(inherited >= 0);
  const CapturedResult result = run(shell("ls -l /proc/$$/fd; true"));
  ::close(inherited);
  std::size_t pipes = 0;
  std::size_t all = 0;
  for (std::size_t at = 0; (at = result.output.find(" -> ", at)) != std::string::npos; ++at) {
    ++all;
    pipes += result.output.compare(at + 4, 5, "pipe:") == 0 ? 1 : 0;
  }
  CHECK(all == 3);
  CHECK(pipes == 3);
}

TEST_CASE("it works when this process has no stdin, stdout or stderr") {
  CHECK(holds_in_child([] {
    for (int i = 0; i < 3; ++i) ::close(i);
    CapturedCommand command = shell("cat; echo log >&2");
    command.payload = "in";
    CapturedResult result = run(command);
    if (result.output != "in" || result.log != "log\n") return false;
    command.keep_output = false;
    result = run(command);
    return result.status == Status::success && result.log == "log\n";
  }));
}

TEST_CASE("out of descriptors, nothing is run and the error is io") {
  CHECK(holds_in_child([] {
    int refused = 0;
    for (rlim_t allowed = 4; allowed < 256; ++allowed) {
      const rlimit limit{.rlim_cur = allowed, .rlim_max = 256};
      ::setrlimit(RLIMIT_NOFILE, &limit);
      bool started = false;
      try {
        const CapturedResult result = run_captured(shell("exit 3"), {}, [&] { started = true; });
        return refused > 0 && started && result.exit_status == 3;
      } catch (const Error& error) {
        if (error.code() != Errc::io || started) return false;
        ++refused;
      }
    }
    return false;
  }));
}

TEST_CASE("a command's environment is the allowed part of ours, and what was given") {
  ::setenv("FNSTORE_TEST_SECRET", "secret", 1);
  ::setenv("FNSTORE_TEST_PASSED", "passed", 1);
  CapturedCommand command = shell("env");
  command.call = {.fn_id = "the function", .id = "the call"};
  command.attempt = 7;
  command.timeout = 60s;
  command.environment = {"FNSTORE_TEST_PASSED", "GIVEN=a value"};
  const std::string variables = '\n' + run(command).output;
  const auto has = [&](const std::string& text) {
    return variables.find('\n' + text) != std::string::npos;
  };
  CHECK(has("PATH="));
  CHECK(has("GIVEN=a value\n"));
  CHECK(has("FNSTORE_TEST_PASSED=passed\n"));
  CHECK(has("FNSTORE_FN_ID=the function\n"));
  CHECK(has("FNSTORE_CALL_ID=the call\n"));
  CHECK(has("FNSTORE_ATTEMPT=7\n"));
  CHECK(has("FNSTORE_DEADLINE=2"));
  CHECK_FALSE(has("FNSTORE_TEST_SECRET"));
  ::unsetenv("FNSTORE_TEST_SECRET");
  ::unsetenv("FNSTORE_TEST_PASSED");
}

TEST_CASE("a command has a session of its own, and no signal ignored or blocked") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  CapturedCommand command = shell("");
  command.argv = {"cat", "/proc/self/stat", "/proc/self/status"};
  const std::string output = run(command).output;
  std::signal(SIGPIPE, before);
  int pid = -1;
  int group = -1;
  int session = -1;
  int terminal = -1;
  const char* fields = "%d (cat) %*c %*d %d %d %d";
  REQUIRE(std::sscanf(output.c_str(), fields, &pid, &group, &session, &terminal) == 4);
  CHECK(group == pid);
  CHECK(session == pid);
  CHECK(terminal == 0);
  CHECK(output.find("\nSigBlk:\t0000000000000000\n") != std::string::npos);
  CHECK(output.find("\nSigIgn:\t0000000000000000\n") != std::string::npos);
}

// A control for ThreadSanitizer: two threads use one connection without its mutex, in a process of
// its own. It must be found, or SQLite is not watched, and that nothing is found means nothing.

#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace {

constexpr int sanitizer_status = 66;  // its exit status when it has found something

void race() {
  sqlite3* connection = nullptr;
  sqlite3_open_v2(":memory:", &connection,
                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  const auto work = [&] {
    for (int i = 0; i < 1'000; ++i) {
      sqlite3_exec(connection, "SELECT 1", nullptr, nullptr, nullptr);
    }
  };
  std::thread other(work);
  work();
  other.join();
}

/// The exit status of this program with the word "race"; what it prints is thrown away.
int status_of_race() {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const char* const arguments[] = {"watched-sqlite", "race", nullptr};
  pid_t child = -1;
  const int problem = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr,
                                    const_cast<char**>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (problem != 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "race") == 0) {
    race();
    return 0;
  }
  const int status = status_of_race();
  const bool found = status == sanitizer_status;
  if (!found) {
    fmt::print("FAILED a race inside SQLite was not found: exit status {}, not {}\n", status,
               sanitizer_status);
  }
  fmt::print("{} passed, {} failed\n", found ? 1 : 0, found ? 0 : 1);
  return found ? 0 : 1;
}

#include "commands.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace fnstore::run {
namespace {

/// Somebody who has stopped reading our stderr shall not keep us from ending.
constexpr int reader_patience_ms = 1'000;

}  // namespace

void say_error(const std::string& text) {
  const std::string line = "fnstore-run: " + harmless(text) + '\n';
  pollfd query = {.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&query, 1, reader_patience_ms) == 0) return;
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int print(const std::string& text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return is_written && std::fflush(stdout) == 0 ? 0 : 1;
}

int print_call_id(const std::string& id) {
  if (print(id + '\n') == 0) return exit_status::done;
  say_error("call " + id + " was recorded, but stdout cannot be written: " + std::strerror(errno));
  return exit_status::store_failed;
}

}  // namespace fnstore::run

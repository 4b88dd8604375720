#include "exec_command.h"

#include "fnstore/error.h"
#include "fnstore/store.h"

#include <cstdio>
#include <poll.h>
#include <string_view>
#include <unistd.h>

namespace fnstore::run {
namespace {

/// Somebody who has stopped reading our stderr shall not keep us from ending.
constexpr int reader_patience_ms = 1'000;

/// Whether the user learns of the failure only from us. A command that fails says so itself, and
/// the shell names a signal.
bool is_our_news(const Call& call) {
  const std::string_view error = call.error;
  return call.status == Status::error && !error.starts_with("bad_exit: status ") &&
         !error.starts_with("killed: ");
}

}  // namespace

int exec_command(const Request& request) {
  std::optional<Store> store;
  try {
    store = Store::open(request.db);
  } catch (const Error& error) {
    say_error(std::string{"the command was not run: "} + error.what());
    return exit_status::store_failed;
  }
  try {
    const CommandResult result = run_command(*store, request.exec);
    if (is_our_news(result.call)) say_error(result.call.error);
    return result.exit_status;
  } catch (const Error& error) {
    say_error(error.what());
    return error.code() == Errc::invalid ? exit_status::usage : exit_status::store_failed;
  }
}

void say_error(const std::string& text) {
  const std::string line = "fnstore-run: " + harmless(text) + '\n';
  pollfd query = {.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&query, 1, reader_patience_ms) == 0) return;
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace fnstore::run

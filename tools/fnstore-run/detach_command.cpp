#include "fnstore/error.h"
#include "fnstore/store.h"

#include "commands.h"
#include "ending_signals.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fnstore::run {
namespace {

/// What the process that stays tells the one that was called: a word, and the rest of the line.
constexpr std::string_view started = "started ";
constexpr std::string_view refused = "refused ";
constexpr std::string_view wrong = "wrong ";
constexpr std::string_view failed = "failed ";

/// Writes all of it; whoever reads may be gone.
void tell(int descriptor, std::string_view word, const std::string& text) {
  const std::string line = std::string(word) + text;
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t size = ::write(descriptor, left.data(), left.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    left.remove_prefix(static_cast<std::size_t>(size));
  }
  ::close(descriptor);
}

std::string read_all(int descriptor) {
  std::string all;
  char part[4'096];
  ssize_t size = 0;
  while ((size = ::read(descriptor, part, sizeof part)) != 0) {
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) break;
    all.append(part, static_cast<std::size_t>(size));
  }
  ::close(descriptor);
  return all;
}

/// Leaves the caller's session and everything it had open, but for one descriptor.
void leave_caller(int kept) {
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor <= 2; ++descriptor) ::dup2(nothing, descriptor);
  if (kept > 3) ::close_range(3, static_cast<unsigned>(kept) - 1, 0);
  ::close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
}

/// Stays with the call until it has ended. A signal to this process cancels it; when the store
/// fails the command is ended all the same.
void stay(Executor& executor, const CallKey& key) {
  std::thread waiter([&] {
    executor.drain();
    wake_main();
  });
  while (wait_for_signal(-1) != woken) {
    try {
      executor.cancel(key);
    } catch (const Error& error) {
      const bool has_ended = error.code() == Errc::conflict || error.code() == Errc::not_found;
      if (!has_ended) executor.stop();
    }
  }
  waiter.join();
}

void run_detached(const std::string& db, const DetachRequest& request, int answer) {
  block_ending_signals();
  try {
    Store store = Store::open(db, {.redaction = RedactionRule::from_environment()});
    Executor executor(store, {.workers = 1, .run_submitted = false});
    executor.bind(request.fn_id, request.command, request.function);
    const Call call = executor.detach(request.fn_id, {}, request.options);
    if (call.status != Status::running) {
      tell(answer, refused, call.error);
      return;
    }
    tell(answer, started, call.id);
    stay(executor, call.key());
  } catch (const Error& error) {
    tell(answer, error.code() == Errc::invalid ? wrong : failed, error.what());
  }
}

int fail(const std::string& text, int status) {
  say_error(text);
  return status;
}

}  // namespace

int detach_command(const std::string& db, const DetachRequest& request) {
  int answer[2];
  if (::pipe2(answer, O_CLOEXEC) != 0) {
    return fail("no pipe: " + std::string(std::strerror(errno)), exit_status::store_failed);
  }
  const pid_t child = ::fork();  // before there is a store or a thread
  if (child < 0) {
    return fail("no process: " + std::string(std::strerror(errno)), exit_status::store_failed);
  }
  if (child == 0) {
    ::setsid();
    if (::fork() != 0) ::_exit(0);  // so that nobody has to wait for the one that stays
    leave_caller(answer[1]);
    run_detached(db, request, answer[1]);
    ::_exit(0);
  }
  ::close(answer[1]);
  ::waitpid(child, nullptr, 0);
  const std::string said = read_all(answer[0]);
  if (said.starts_with(started)) return print_call_id(said.substr(started.size()));
  if (said.starts_with(refused)) {
    return fail(said.substr(refused.size()), exit_status::not_placed);
  }
  if (said.starts_with(wrong)) return fail(said.substr(wrong.size()), exit_status::usage);
  if (said.starts_with(failed)) {
    return fail(said.substr(failed.size()), exit_status::store_failed);
  }
  return fail("the process that was to run the command is gone", exit_status::store_failed);
}

}  // namespace fnstore::run

#include "fnstore/error.h"
#include "fnstore/limits.h"
#include "fnstore/store.h"

#include "commands.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace fnstore::run {
namespace {

/// All of a file, or of stdin for "-". Throws UsageError when it cannot be read or is too long.
std::string read_input(const std::string& name) {
  const bool is_stdin = name == "-";
  const int descriptor = is_stdin ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  const auto fail = [&](const std::string& why) {
    throw UsageError(fmt::format("--input {}: {}: nothing was submitted", harmless(name), why));
  };
  if (descriptor < 0) fail(std::strerror(errno));
  std::string bytes;
  char part[65'536];
  ssize_t size = 0;
  while ((size = ::read(descriptor, part, sizeof part)) != 0) {
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail(std::strerror(errno));
    bytes.append(part, static_cast<std::size_t>(size));
    if (bytes.size() > limits::payload_bytes) {
      fail(fmt::format("it is longer than a payload may be, {} MiB", limits::payload_bytes >> 20U));
    }
  }
  if (!is_stdin) ::close(descriptor);
  return bytes;
}

}  // namespace

int submit_command(const std::string& db, const SubmitRequest& request) {
  try {
    const std::string payload = request.input.empty() ? std::string() : read_input(request.input);
    Store store = Store::open(db, {.redaction = RedactionRule::from_environment()});
    Executor executor(store, {.workers = 0});
    const std::string id =
        executor.submit(request.fn_id, request.command, payload, request.options);
    return print_call_id(id);
  } catch (const Error& error) {
    say_error(error.what());
    return error.code() == Errc::invalid ? exit_status::usage : exit_status::store_failed;
  }
}

}  // namespace fnstore::run

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

/// All of a file, or of stdin for "-". Throws `not_found`, `io`, or `invalid` when it is too long.
std::string read_input(const std::string& name) {
  const bool is_stdin = name == "-";
  const int descriptor = is_stdin ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  const auto fail = [&](Errc code, const char* why) {
    throw Error(code, fmt::format("--input {}: {}: nothing was submitted", harmless(name), why));
  };
  if (descriptor < 0) fail(errno == ENOENT ? Errc::not_found : Errc::io, std::strerror(errno));
  std::string bytes;
  char part[65'536];
  ssize_t size = 0;
  while ((size = ::read(descriptor, part, sizeof part)) != 0) {
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail(Errc::io, std::strerror(errno));
    bytes.append(part, static_cast<std::size_t>(size));
    if (bytes.size() > limits::payload_bytes) {
      fail(Errc::invalid, "it is longer than a payload may be, 64 MiB");
    }
  }
  if (!is_stdin) ::close(descriptor);
  return bytes;
}

}  // namespace

int submit_command(const std::string& db, const SubmitRequest& request) {
  try {
    const std::string payload = request.input.empty() ? std::string() : read_input(request.input);
    Store store = Store::open(db);
    Executor executor(store, {.workers = 0});
    const std::string id =
        executor.submit(request.fn_id, request.command, payload, request.options);
    return print(id + '\n');
  } catch (const Error& error) {
    say_error(error.what());
    return error.code() == Errc::invalid || error.code() == Errc::not_found
               ? exit_status::usage
               : exit_status::store_failed;
  }
}

}  // namespace fnstore::run

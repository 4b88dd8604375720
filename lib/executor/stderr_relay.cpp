#include "executor/stderr_relay.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fnstore::executor {
namespace {

/// A pipe that poll calls writable has room for at least this (PIPE_BUF).
constexpr std::size_t surely_fits = 4096;

FileDescriptor open_again(int target) {
  const std::string path = "/proc/self/fd/" + std::to_string(target);
  return FileDescriptor{::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)};
}

bool is_writable(int descriptor) noexcept {
  pollfd query = {.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&query, 1, 0) == 1;
}

}  // namespace

StderrRelay::StderrRelay(int target) : target_(target) {
  struct stat status = {};
  if (::fstat(target, &status) != 0) return;
  if (S_ISREG(status.st_mode)) {
    kind_ = Kind::file;
  } else if (S_ISSOCK(status.st_mode)) {
    kind_ = Kind::socket;
  } else if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
    own_ = open_again(target);
    if (own_) kind_ = Kind::nonblocking;
  }
}

void StderrRelay::pass_on(std::string_view bytes) {
  if (waiting_.empty()) {
    while (!bytes.empty()) {
      const long count = write_now(bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno != EAGAIN) return;
      if (count < 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  waiting_.append(bytes);
}

void StderrRelay::write_waiting() {
  std::string bytes;
  bytes.swap(waiting_);
  pass_on(bytes);
}

long StderrRelay::write_now(std::string_view bytes) const noexcept {
  switch (kind_) {
    case Kind::nonblocking:
      return ::write(own_.get(), bytes.data(), bytes.size());
    case Kind::socket:
      return ::send(target_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    case Kind::file:
      return ::write(target_, bytes.data(), bytes.size());
    case Kind::other:
      break;
  }
  if (!is_writable(target_)) {
    errno = EAGAIN;
    return -1;
  }
  return ::write(target_, bytes.data(), bytes.size() < surely_fits ? bytes.size() : surely_fits);
}

}  // namespace fnstore::executor

#include "sqlite/queue_watch.h"

#include "fnstore/error.h"

#include "sqlite/lock_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fnstore::sqlite {
namespace {

using namespace std::chrono_literals;

/// How often to look where the kernel does not tell.
constexpr std::chrono::milliseconds blind_interval = 40ms;

/// A process that closes the store last removes the lock file: IN_ATTRIB tells of that.
constexpr std::uint32_t news_mask = IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

}  // namespace

void announce_queue_news(int descriptor) noexcept {
  if (::pwrite(descriptor, "", 1, 0) == 1) return;
  // A full disk: setting the size is news as well. It must not shrink: others have it mapped.
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return;
  [[maybe_unused]] const int unchanged = ::ftruncate(descriptor, status.st_size);
}

LockFileWatch::LockFileWatch(std::string lock_path) : lock_path_(std::move(lock_path)) {
  wakeups_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wakeups_ < 0) {
    throw Error(Errc::io, "the queue cannot be watched: no descriptor is left");
  }
  events_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  armed_ = arm();
}

LockFileWatch::~LockFileWatch() {
  if (events_ >= 0) ::close(events_);
  ::close(wakeups_);
}

/// Watches the file the path names now, made if need be.
bool LockFileWatch::arm() {
  if (events_ < 0) return false;
  for (int tries = 0; tries < 3; ++tries) {
    if (::inotify_add_watch(events_, lock_path_.c_str(), news_mask | IN_DONT_FOLLOW) >= 0) {
      return true;
    }
    if (errno != ENOENT) return false;
    const int made = open_lock_file(lock_path_);
    if (made >= 0) ::close(made);
  }
  return false;
}

bool LockFileWatch::take_events() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t woken = ::read(wakeups_, &count, sizeof count);
  bool any = !armed_;
  alignas(inotify_event) std::array<char, 4'096> buffer;
  while (events_ >= 0) {
    const ssize_t size = ::read(events_, buffer.data(), buffer.size());
    if (size <= 0) break;
    any = true;
    for (ssize_t at = 0; at < size;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      if ((event->mask & ~static_cast<std::uint32_t>(IN_MODIFY)) != 0) armed_ = false;
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  return any;
}

bool LockFileWatch::wait(std::chrono::milliseconds most) {
  if (!armed_ && (armed_ = arm())) return true;  // what came meanwhile was not seen
  std::array<pollfd, 2> queries = {{
      {.fd = wakeups_, .events = POLLIN, .revents = 0},
      {.fd = events_, .events = POLLIN, .revents = 0},
  }};
  const auto patience = std::clamp<std::chrono::milliseconds>(
      most, 0ms, armed_ ? std::chrono::milliseconds(3'600'000) : blind_interval);
  ::poll(queries.data(), queries.size(), static_cast<int>(patience.count()));
  return take_events();
}

void LockFileWatch::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wakeups_, &one, sizeof one);
}

}  // namespace fnstore::sqlite

#include "sqlite/lock_file.h"

#include "fnstore/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace fnstore::sqlite {

using namespace std::chrono_literals;

namespace {

/// The byte that everybody who has the file open holds a read lock on (queue news is byte 0).
constexpr off_t users_byte = 1;

}  // namespace

int open_lock_file(const std::string& path) noexcept {
  // The last two matter only to what is no regular file, which is refused.
  constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  return ::open(path.c_str(), flags, 0600);
}

LockFile::LockFile(std::string path, CommitMark& mark) : path_(std::move(path)), mark_(mark) {}

LockFile::~LockFile() {
  if (descriptor_ < 0) return;
  // Only under the lock, and only while the path still names this very file: whoever locks an
  // unlinked file sees it and opens a new one.
  if (!stays_ && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 && is_linked() &&
      !is_used_by_others()) {
    mark_.retire();
    ::unlink(path_.c_str());
  }
  close_file();
}

bool LockFile::is_linked() const {
  struct stat opened {};
  return ::fstat(descriptor_, &opened) == 0 && opened.st_nlink > 0;
}

bool LockFile::lock_users_byte(short kind) const {
  struct flock range {};
  range.l_type = kind;
  range.l_whence = SEEK_SET;
  range.l_start = users_byte;
  range.l_len = 1;
  return ::fcntl(descriptor_, F_OFD_SETLK, &range) == 0;
}

/// Where the file system has no such locks it says no: then the file goes, and its mark says so.
bool LockFile::is_used_by_others() const {
  return !lock_users_byte(F_WRLCK) && (errno == EAGAIN || errno == EACCES);
}

bool LockFile::has_other_users() const {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = users_byte;
  range.l_len = 1;
  return ::fcntl(descriptor_, F_OFD_GETLK, &range) != 0 || range.l_type != F_UNLCK;
}

void LockFile::open_file() {
  descriptor_ = open_lock_file(path_);
  if (descriptor_ < 0) {
    const int reason = errno;
    throw Error(reason == ENOSPC || reason == EDQUOT ? Errc::full : Errc::io,
                fmt::format("{}: cannot create the lock file ({}): a store's folder must be "
                            "writable",
                            path_, std::strerror(reason)));
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    close_file();
    throw Error(Errc::invalid,
                path_ + ": not a regular file, and the store needs the name: move it away");
  }
  lock_users_byte(F_RDLCK);
}

void LockFile::close_file() {
  mark_.detach();
  ::close(descriptor_);
  descriptor_ = -1;
}

bool LockFile::try_lock() {
  if (descriptor_ < 0) open_file();
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    throw Error(Errc::io, fmt::format("{}: cannot be locked ({}): its file system must support "
                                      "locks",
                                      path_, std::strerror(errno)));
  }
  if (!is_linked()) {  // removed by the process that closed last
    close_file();
    return false;
  }
  try {
    if (!mark_.attached()) mark_.attach(descriptor_, path_);
  } catch (...) {
    unlock();
    throw;
  }
  if (!mark_.is_retired()) return true;
  ::unlink(path_.c_str());  // left by a process that was killed when it exchanged the store
  close_file();
  return false;
}

void LockFile::lock(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  auto pause = 50us;
  while (!try_lock()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      throw Error(Errc::busy, fmt::format("{}: another process kept the store locked for {} ms: "
                                          "try again, or end that process",
                                          path_, timeout.count()));
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, 1000us);
  }
}

void LockFile::unlock() noexcept {
  ::flock(descriptor_, LOCK_UN);
}

}  // namespace fnstore::sqlite

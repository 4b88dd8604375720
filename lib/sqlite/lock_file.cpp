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

LockFile::LockFile(std::string path) : path_(std::move(path)) {}

LockFile::~LockFile() {
  if (descriptor_ < 0) return;
  // Only under the lock, and only while the path still names this very file: whoever locks an
  // unlinked file sees it and opens a new one.
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 && is_linked()) ::unlink(path_.c_str());
  ::close(descriptor_);
}

bool LockFile::is_linked() const {
  struct stat opened {};
  return ::fstat(descriptor_, &opened) == 0 && opened.st_nlink > 0;
}

void LockFile::open_file() {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor_ >= 0) return;
  const int reason = errno;
  throw Error(reason == ENOSPC || reason == EDQUOT ? Errc::full : Errc::io,
              fmt::format("{}: cannot create the lock file ({}): a store's folder must be writable",
                          path_, std::strerror(reason)));
}

bool LockFile::try_lock() {
  if (descriptor_ < 0) open_file();
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    throw Error(Errc::io, fmt::format("{}: cannot be locked ({}): its file system must support "
                                      "locks",
                                      path_, std::strerror(errno)));
  }
  if (is_linked()) return true;
  ::close(descriptor_);  // removed by the process that closed last
  descriptor_ = -1;
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

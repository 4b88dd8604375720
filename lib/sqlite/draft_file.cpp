#include "sqlite/draft_file.h"

#include "fnstore/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fnstore::sqlite {
namespace {

[[noreturn]] void fail(const std::string& path, const char* doing, int reason) {
  const bool full = reason == ENOSPC || reason == EDQUOT;
  throw Error(full ? Errc::full : Errc::io,
              fmt::format("{}: cannot be {} ({}): nothing was changed", path, doing,
                          std::strerror(reason)));
}

[[noreturn]] void fail_exists(const std::string& path) {
  throw Error(Errc::conflict, path +
                                  ": exists already: nothing was changed; give another path, "
                                  "or force it to be replaced");
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

bool sync_folder(const std::string& folder) noexcept {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno == EACCES;  // one may write names and not read them
  const bool synced = ::fsync(descriptor) == 0;
  const int reason = errno;
  ::close(descriptor);
  return synced || reason == EINVAL || reason == EROFS || reason == ENOTSUP;
}

}  // namespace

DraftFile::DraftFile(const std::string& target) : target_(target), path_(target + ".new-XXXXXX") {
  const int descriptor = ::mkostemp(path_.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) fail(target_, "written", errno);
  ::close(descriptor);
}

DraftFile::~DraftFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::uint64_t DraftFile::sync() const {
  const int descriptor = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) fail(target_, "written", errno);
  struct stat status {};
  const bool synced = ::fsync(descriptor) == 0 && ::fstat(descriptor, &status) == 0;
  const int reason = errno;
  ::close(descriptor);
  if (!synced) fail(target_, "written", reason);
  return static_cast<std::uint64_t>(status.st_size);
}

void DraftFile::take_place(bool replace) {
  const std::string folder = folder_of(target_);  // later, want of memory would tell a lie
  if (replace) {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, "replaced", errno);
  } else {
    if (::link(path_.c_str(), target_.c_str()) != 0) {
      if (errno == EEXIST) fail_exists(target_);
      fail(target_, "created", errno);
    }
    ::unlink(path_.c_str());
  }
  path_.clear();
  if (sync_folder(folder)) return;
  throw Error(Errc::in_doubt, target_ +
                                  ": it is in its place, but the disk failed to keep its name: a "
                                  "power cut may undo that; check the disk and try again");
}

bool sync_folder_of(const std::string& path) {
  return sync_folder(folder_of(path));
}

bool check_target(const std::string& target, bool replace) {
  struct stat status {};
  if (::lstat(target.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    fail(target, "looked at", errno);
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(Errc::invalid, target +
                                   ": not a regular file (links are not followed): give the "
                                   "path of a file");
  }
  if (!replace) fail_exists(target);
  return true;
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat one {};
  struct stat other {};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace fnstore::sqlite

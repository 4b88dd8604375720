#include "small_disk.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sched.h>
#include <stdexcept>
#include <sys/mount.h>
#include <unistd.h>

namespace {

/// Once for the program: mounts of its own. Others need a user namespace for that.
bool enter_namespace() {
  static const bool entered = [] {
    const bool own = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    return own && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }();
  return entered;
}

}  // namespace

SmallDisk::SmallDisk(std::string at) : at_(std::move(at)) {
  mounted_ =
      enter_namespace() && ::mount("none", at_.c_str(), "tmpfs", 0, "size=4m,mode=0700") == 0;
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
}

bool SmallDisk::make_read_only() const {
  return ::mount("none", at_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=4m") == 0;
}

bool can_mount(const SmallDisk& disk) {
  if (disk.mounted()) return true;
  if (::geteuid() == 0) FAIL("root cannot mount a small file system here: nothing was tested");
  WARN("this user cannot mount a small file system here: NOTHING WAS TESTED");
  return false;
}

Filler::Filler(std::string path, std::size_t left) : path_(std::move(path)) {
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(4'096, 'x');
  while (::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size())) {
    size_ += block.size();
  }
  size_ -= std::min(size_, left);
  const bool cut = ::ftruncate(file, static_cast<off_t>(size_)) == 0;
  ::close(file);
  if (!cut) throw std::runtime_error("cannot cut " + path_);
}

Filler::~Filler() {
  ::unlink(path_.c_str());
}

#include "sqlite/file_identity.h"

#include "fnstore/error.h"

#include <sys/stat.h>

namespace fnstore::sqlite {
namespace {

[[noreturn]] void fail_exchanged(const std::string& path) {
  throw Error(Errc::io, path + ": the store's file was exchanged while it was open: open it anew");
}

/// 0 when there is no such file. Files beside each other are told apart by it.
std::uint64_t inode_of(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

void FileIdentity::remember(Connection& opened) {
  const std::uint64_t file = inode_of(path_);
  const std::uint64_t log = inode_of(log_path_);
  const std::uint64_t known = inode_.load();
  // In this order: an exchange before the looks above is told by the connection.
  if (file == 0 || (known != 0 && known != file) || opened.file_has_moved()) fail_exchanged(path_);
  inode_.store(file);
  log_inode_.store(log);
}

bool FileIdentity::holds() const noexcept {
  const std::uint64_t file = inode_.load();
  const std::uint64_t log = log_inode_.load();
  return (file == 0 || inode_of(path_) == file) && (log == 0 || inode_of(log_path_) == log);
}

void FileIdentity::check() const {
  if (!holds()) fail_exchanged(path_);
}

}  // namespace fnstore::sqlite

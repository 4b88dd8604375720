#include "sqlite/file_identity.h"

#include "fnstore/error.h"

#include <sys/stat.h>

namespace fnstore::sqlite {
namespace {

[[noreturn]] void fail_exchanged(const std::string& path) {
  throw Error(
      Errc::io,
      path + ": the store's file was exchanged while it was open: close it and open it anew");
}

/// Each takes less than a millisecond, a restore some milliseconds.
constexpr int most_attempts = 100;

/// 0 when there is no such file. Files beside each other are told apart by it.
std::uint64_t inode_of(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

FileIdentity::Files FileIdentity::named() const noexcept {
  return {inode_of(path_), inode_of(log_path_), inode_of(index_path_)};
}

std::unique_ptr<Connection> FileIdentity::open(
    const std::function<std::unique_ptr<Connection>()>& opener) {
  for (int i = 0; i < most_attempts; ++i) {
    const Files before = named();
    std::unique_ptr<Connection> opened;
    try {
      opened = opener();
    } catch (...) {
      if (named() == before) throw;
      continue;
    }
    const Files after = named();
    const std::uint64_t known = database_.load();
    if (known != 0 && known != after.database) break;
    // Files that were not there before may have come, gone and come again.
    if (before != after || after.log == 0 || after.index == 0) continue;
    log_.store(after.log);
    index_.store(after.index);
    database_.store(after.database);
    return opened;
  }
  fail_exchanged(path_);
}

bool FileIdentity::holds() const noexcept {
  const Files remembered{database_.load(), log_.load(), index_.load()};
  return remembered.database == 0 || remembered == named();
}

void FileIdentity::check() const {
  if (!holds()) fail_exchanged(path_);
}

}  // namespace fnstore::sqlite

#include "full_vfs.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <sqlite3.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::mutex limit_mutex;
std::string limited_path;  // empty: no limit
std::uint64_t limit = 0;
std::atomic<std::uint64_t> writes_that_were_refused{0};
std::atomic<bool> background_refused{false};
sqlite3_vfs* system_vfs = nullptr;
sqlite3_vfs full_vfs;

bool is_refused_thread() {
  char name[16] = {};
  return background_refused && ::pthread_getname_np(::pthread_self(), name, sizeof name) == 0 &&
         std::string_view(name) == "fnstore-pack";
}

/// The system's methods with one of ours among them; they differ between a database and a log.
struct Methods {
  sqlite3_io_methods own;
  const sqlite3_io_methods* system = nullptr;
};
Methods of_database;
Methods of_log;

std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// Nothing without a limit.
std::optional<std::uint64_t> room() {
  const std::lock_guard guard(limit_mutex);
  if (limited_path.empty()) return std::nullopt;
  std::uint64_t used = 0;
  for (const char* const suffix : {"", "-wal", "-lock"}) used += size_of(limited_path + suffix);
  return limit - std::min(limit, used);
}

bool has_room_for(std::uint64_t bytes) {
  return bytes <= room().value_or(bytes);
}

/// A file stays the system's own, so that its methods find what they know; only this one is put
/// before theirs.
int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
  const Methods& methods = file->pMethods == &of_log.own ? of_log : of_database;
  sqlite3_int64 size = 0;
  methods.system->xFileSize(file, &size);
  const sqlite3_int64 longer = at + count - size;
  const bool fits = longer <= 0 || has_room_for(static_cast<std::uint64_t>(longer));
  if (!fits || is_refused_thread()) {
    ++writes_that_were_refused;
    return SQLITE_FULL;
  }
  return methods.system->xWrite(file, bytes, count, at);
}

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  const int result = system_vfs->xOpen(system_vfs, name, file, flags, out);
  if (result != SQLITE_OK || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return result;
  Methods& methods = (flags & SQLITE_OPEN_WAL) != 0 ? of_log : of_database;
  static std::mutex once;
  const std::lock_guard guard(once);
  if (methods.system == nullptr) {
    methods.own = *file->pMethods;
    methods.own.xWrite = write;
    methods.system = file->pMethods;
  }
  file->pMethods = &methods.own;
  return result;
}

}  // namespace

void install_full_vfs() {
  if (system_vfs != nullptr) return;
  system_vfs = sqlite3_vfs_find(nullptr);
  full_vfs = *system_vfs;
  full_vfs.pNext = nullptr;
  full_vfs.zName = "full";
  full_vfs.xOpen = open_file;
  sqlite3_vfs_register(&full_vfs, 1);
}

void limit_store_to(const std::string& path, std::uint64_t bytes) {
  const std::lock_guard guard(limit_mutex);
  limited_path = path;
  limit = bytes;
}

void lift_limit() {
  limit_store_to({}, 0);
}

void refuse_background_writes(bool refuse) {
  background_refused = refuse;
}

std::uint64_t refused_writes() {
  return writes_that_were_refused.load();
}

/// Before the C library's own, as the next: who asks is told of the same room.
extern "C" int fstatvfs64(int file, struct statvfs64* disk) noexcept {
  using Asked = int (*)(int, struct statvfs64*);
  static const auto system = reinterpret_cast<Asked>(::dlsym(RTLD_NEXT, "fstatvfs64"));
  const int result = system(file, disk);
  const std::optional<std::uint64_t> left = room();
  if (result == 0 && left) disk->f_bavail = *left / disk->f_frsize;
  return result;
}

/// What is reserved has to find room too.
extern "C" int fallocate64(int file, int mode, off64_t from, off64_t bytes) {
  struct stat status {};
  const bool known = ::fstat(file, &status) == 0;
  const off64_t longer = known ? from + bytes - status.st_size : 0;
  if (longer > 0 && !has_room_for(static_cast<std::uint64_t>(longer))) {
    errno = ENOSPC;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fallocate, file, mode, from, bytes));
}

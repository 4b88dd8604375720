#include "gated_vfs.h"

#include <atomic>
#include <new>
#include <sqlite3.h>
#include <thread>
#include <utility>

namespace {

constexpr int checkpoint_slot = 1;  // WAL_CKPT_LOCK of SQLite's file format

thread_local std::function<void(CheckpointStep)> halt;
std::atomic<long> rest_us{0};

/// What SQLite knows as the database file; the system's own file follows it in memory.
struct GatedFile {
  sqlite3_file base;
  sqlite3_file* real;
  bool checkpointing;
};

GatedFile& gated(sqlite3_file* file) {
  return *reinterpret_cast<GatedFile*>(file);
}

sqlite3_file* real(sqlite3_file* file) {
  return gated(file).real;
}

void reach(CheckpointStep step) {
  if (const long rest = rest_us.load())
    std::this_thread::sleep_for(std::chrono::microseconds(rest));
  if (halt) halt(step);
}

int lock_index(sqlite3_file* file, int offset, int count, int flags) {
  const bool is_checkpoint = offset == checkpoint_slot && count == 1;
  const bool locks = is_checkpoint && (flags & SQLITE_SHM_LOCK) != 0;
  if (locks) reach(CheckpointStep::before_lock);
  const int result = real(file)->pMethods->xShmLock(real(file), offset, count, flags);
  if (is_checkpoint) gated(file).checkpointing = locks && result == SQLITE_OK;
  return result;
}

/// SQLite drops mapped pages when it has read a header that is new to it: the only call between
/// reading the log's length and what of it was moved.
int unfetch(sqlite3_file* file, sqlite3_int64 offset, void* page) {
  if (page == nullptr && gated(file).checkpointing) reach(CheckpointStep::header_read);
  return real(file)->pMethods->xUnfetch(real(file), offset, page);
}

/// All other methods pass their call on.
template <auto Method>
struct Passed;
template <typename... Arguments, int (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
struct Passed<Method> {
  static int call(sqlite3_file* file, Arguments... arguments) {
    return (real(file)->pMethods->*Method)(real(file), arguments...);
  }
};

void barrier(sqlite3_file* file) {
  real(file)->pMethods->xShmBarrier(real(file));
}

using M = sqlite3_io_methods;
const sqlite3_io_methods methods = {
    3,
    Passed<&M::xClose>::call,
    Passed<&M::xRead>::call,
    Passed<&M::xWrite>::call,
    Passed<&M::xTruncate>::call,
    Passed<&M::xSync>::call,
    Passed<&M::xFileSize>::call,
    Passed<&M::xLock>::call,
    Passed<&M::xUnlock>::call,
    Passed<&M::xCheckReservedLock>::call,
    Passed<&M::xFileControl>::call,
    Passed<&M::xSectorSize>::call,
    Passed<&M::xDeviceCharacteristics>::call,
    Passed<&M::xShmMap>::call,
    lock_index,
    barrier,
    Passed<&M::xShmUnmap>::call,
    Passed<&M::xFetch>::call,
    unfetch,
};

sqlite3_vfs* system_vfs = nullptr;
sqlite3_vfs gated_vfs;

/// Only the database itself is wrapped; logs and temporary files are the system's.
int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return system_vfs->xOpen(system_vfs, name, file, flags, out);
  }
  GatedFile& opened = *new (file) GatedFile{};
  opened.real = reinterpret_cast<sqlite3_file*>(&opened + 1);
  const int result = system_vfs->xOpen(system_vfs, name, opened.real, flags, out);
  if (opened.real->pMethods != nullptr) opened.base.pMethods = &methods;
  return result;
}

}  // namespace

void install_gated_vfs() {
  system_vfs = sqlite3_vfs_find(nullptr);
  gated_vfs = *system_vfs;
  gated_vfs.pNext = nullptr;
  gated_vfs.zName = "gated";
  gated_vfs.szOsFile += static_cast<int>(sizeof(GatedFile));
  gated_vfs.xOpen = open_file;
  sqlite3_vfs_register(&gated_vfs, 1);
}

void halt_checkpoints(std::function<void(CheckpointStep)> stop) {
  halt = std::move(stop);
}

void slow_checkpoints(std::chrono::microseconds rest) {
  rest_us = static_cast<long>(rest.count());
}

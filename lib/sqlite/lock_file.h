#pragma once

#include "sqlite/commit_mark.h"

#include <chrono>
#include <string>

namespace fnstore::sqlite {

/// Opens the lock file at a path, made if need be, without waiting for anybody. Less than 0: errno
/// says why not.
int open_lock_file(const std::string& path) noexcept;

/// The file beside a store (`PATH-lock`) whose lock every fnstore process holds while it
/// writes or checkpoints. It orders writers without SQLite's sleeping retries, and keeps a
/// checkpoint from ever meeting a writer of another process. Its first page holds the commit mark.
/// Used by one thread at a time.
class LockFile {
 public:
  /// `mark`, which must outlive it, is kept attached to the file from the first lock() on.
  LockFile(std::string path, CommitMark& mark);
  ~LockFile();  ///< removes the file when nobody else has it open and it is not to stay
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  /// Throws `busy` when it stays taken for longer than `timeout`, `io` when it cannot be made.
  void lock(std::chrono::milliseconds timeout);
  void unlock() noexcept;

  /// Whether the file stays beside the store when the last one closes it, for what is reserved in
  /// it: only while it is locked.
  void stay_behind(bool stays) noexcept { stays_ = stays; }

  /// For whoever tells others of news through the file; -1 before the first lock().
  int descriptor() const noexcept { return descriptor_; }

  /// Whether somebody else has the file open, or may have: only while it is locked.
  bool has_other_users() const;

 private:
  bool try_lock();
  bool is_linked() const;
  bool lock_users_byte(short kind) const;
  bool is_used_by_others() const;
  void open_file();
  void close_file();

  std::string path_;
  CommitMark& mark_;
  int descriptor_ = -1;
  bool stays_ = false;
};

class ScopedLock {
 public:
  ScopedLock(LockFile& file, std::chrono::milliseconds timeout) : file_(file) {
    file_.lock(timeout);
  }
  ~ScopedLock() { file_.unlock(); }
  ScopedLock(const ScopedLock&) = delete;
  ScopedLock& operator=(const ScopedLock&) = delete;

 private:
  LockFile& file_;
};

}  // namespace fnstore::sqlite

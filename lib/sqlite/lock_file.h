#pragma once

#include <chrono>
#include <string>

namespace fnstore::sqlite {

/// The file beside a store (`PATH-lock`) whose lock every fnstore process holds while it
/// writes or checkpoints. It orders writers without SQLite's sleeping retries, and keeps a
/// checkpoint from ever meeting a writer of another process. Used by one thread at a time.
class LockFile {
 public:
  explicit LockFile(std::string path);
  ~LockFile();  ///< removes the file when no other process is using it just then
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  /// Throws `busy` when it stays taken for longer than `timeout`, `io` when it cannot be made.
  void lock(std::chrono::milliseconds timeout);
  void unlock() noexcept;

  /// For whoever tells others of news through the file; -1 before the first lock().
  int descriptor() const noexcept { return descriptor_; }

 private:
  bool try_lock();
  bool is_linked() const;
  void open_file();

  std::string path_;
  int descriptor_ = -1;
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

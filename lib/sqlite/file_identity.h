#pragma once

#include "sqlite/connection.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

namespace fnstore::sqlite {

/// Tells when another file has taken the place of a store that is open, as a restore does. Whoever
/// had it open would otherwise go on writing into a file that has no name any more, and new
/// connections would mix two stores. Safe for any thread.
class FileIdentity {
 public:
  explicit FileIdentity(std::string path) : path_(std::move(path)), log_path_(path_ + "-wal") {}

  /// Takes the file of a connection, just opened, for the right one, and its log, which must be
  /// open: so after it has read. The second time only the log may be another: it goes and comes
  /// again while no connection is open. Throws as check() does.
  void remember(Connection& opened);

  /// Whether the path still names that file (or none was remembered yet), and the path of the log
  /// that log: a log that lost its name, as in the middle of a restore, takes writes that nobody
  /// else will ever see. Costs two system calls, about a microsecond each.
  bool holds() const noexcept;

  /// Throws `io` unless it does.
  void check() const;

 private:
  std::string path_;
  std::string log_path_;
  std::atomic<std::uint64_t> inode_{0};      // 0: not known yet
  std::atomic<std::uint64_t> log_inode_{0};  // 0: it had none
};

}  // namespace fnstore::sqlite

#pragma once

#include "sqlite/connection.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace fnstore::sqlite {

/// Tells when another file has taken the place of a store that is open, as a restore does. Whoever
/// had it open would otherwise go on writing into a file that has no name any more, and new
/// connections would mix two stores. Safe for any thread.
class FileIdentity {
 public:
  explicit FileIdentity(std::string path)
      : path_(std::move(path)), log_path_(path_ + "-wal"), index_path_(path_ + "-shm") {}

  /// What `opener` opens, and has read from, so that its log and the log's index are open too; all
  /// three files are then the ones that the names mean. SQLite opens them one after the other by
  /// their names, which a restore may be taking away just then, and may be killed half way: so
  /// where the names do not mean the same before and after, it is opened again. The second time
  /// only log and index may be others: they go and come again while no connection is open. Throws
  /// as check() does, and what `opener` throws.
  std::unique_ptr<Connection> open(const std::function<std::unique_ptr<Connection>()>& opener);

  /// Whether the paths still name those files (or none were remembered yet). A log that lost its
  /// name, as in the middle of a restore, takes writes that nobody else will ever see; who has
  /// another index overwrites what others write. Costs three system calls, about half a
  /// microsecond each.
  bool holds() const noexcept;

  /// Throws `io` unless it does.
  void check() const;

 private:
  /// Inodes: 0 where there is no such file.
  struct Files {
    std::uint64_t database = 0;
    std::uint64_t log = 0;
    std::uint64_t index = 0;
    bool operator==(const Files&) const = default;
  };

  Files named() const noexcept;

  const std::string path_;
  const std::string log_path_;
  const std::string index_path_;
  std::atomic<std::uint64_t> database_{0};  // 0: not known yet
  std::atomic<std::uint64_t> log_{0};
  std::atomic<std::uint64_t> index_{0};
};

}  // namespace fnstore::sqlite

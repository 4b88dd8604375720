#pragma once

#include "sqlite/connection.h"

#include <chrono>
#include <cstdint>

namespace fnstore::sqlite {

class LockFile;

/// Disk space that a store in use keeps for the day when there is no other: the lock file is made
/// longer by as much as it takes to move the log into the database file, which may have to grow for
/// it, and then to begin to prune. So on a full disk a log can always be emptied and calls be
/// deleted. Whoever makes the file grow reserves first, so ordinary writes are refused as `full`
/// a little before the disk is. Used by the holder of the lock file's lock.
class SpaceReserve {
 public:
  explicit SpaceReserve(const LockFile& file)
      : file_(file), opened_(std::chrono::steady_clock::now()) {}

  /// Inside a write transaction, before it commits: sees to the space that the store needs with it.
  /// False when the disk has no room for that. Where the file system cannot reserve, there is none
  /// and this is true. In the first second it begins only on a disk that may soon be full, since
  /// making and removing the file costs those who open a store for one write a millisecond or two.
  bool hold(Connection& connection);

  /// Whether the disk has little room beside it, so that there may soon be none.
  bool is_scarce() const noexcept;

  /// Gives the space to whoever writes next. False when none was kept.
  bool release() noexcept;

 private:
  std::uint64_t wanted_bytes(Connection& connection);
  bool set_size(std::uint64_t from, std::uint64_t bytes) noexcept;

  bool has_less_than(std::uint64_t bytes) const noexcept;

  const LockFile& file_;
  const std::chrono::steady_clock::time_point opened_;
  std::uint64_t page_bytes_ = 0;
};

}  // namespace fnstore::sqlite

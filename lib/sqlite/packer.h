#pragma once

#include "sqlite/block_merge.h"
#include "sqlite/snapshot.h"
#include "sqlite/writer.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace fnstore::sqlite {

/// Moves finished rows into blocks, slice by slice: a slice is planned and encoded beside the
/// writers, from a snapshot, and only put in place inside a short write transaction, which passes
/// over what has changed meanwhile. Rows that are packed are then deleted, a stretch at a time; a
/// crash between any two steps loses and repeats nothing, since fns.packed_to says which finished
/// rows of a function are only waiting to be deleted.
class Packer {
 public:
  enum class Extent {
    all,
    /// Leaves functions with few rows for a later round, so that their last blocks are not taken
    /// apart for each handful of calls; but no row for longer than some rounds.
    worthwhile,
  };

  Packer(ReadPool& pool, SharedIndex& shared, Writer& writer, std::size_t pack_after);

  /// Packs rows that are finished now, then gives free pages beyond `spare_pages` back to the file
  /// system. Asks `stop` between slices. Used by one thread at once.
  void run(Extent extent, int spare_pages, const std::function<bool()>& stop);

  /// Only the last of these: gives free pages beyond `spare_pages` back, on a full disk too.
  void give_back(int spare_pages, const std::function<bool()>& stop);

  /// How many finished rows the last run left for a later one. Any thread may ask.
  std::size_t left() const noexcept { return left_.load(std::memory_order_relaxed); }

 private:
  /// The rows of a function that are to be packed, by id.
  struct Backlog {
    std::uint32_t fn_no = 0;
    std::vector<RecentPointer> rows;
  };
  /// A part of them: all that have numbers up to packed_to.
  struct Item {
    std::uint32_t fn_no = 0;
    std::int64_t blocks_seq = 0;
    std::int64_t packed_to = 0;
    std::vector<RecentPointer> rows;  // by id
    BlockChange change;
  };

  std::vector<Backlog> gather(Extent extent, std::int64_t up_to);
  static std::vector<Item> next_slice(std::vector<Backlog>& backlog);
  void plan(Connection& connection, Item& item) const;
  void pack_slice(std::vector<Item>& items);
  bool pack_round(Extent extent, std::int64_t up_to, const std::function<bool()>& stop);
  void trim(std::int64_t up_to, const std::function<bool()>& stop);
  std::int64_t last_row();
  std::int64_t trim_limit(std::int64_t up_to);

  ReadPool& pool_;
  SharedIndex& shared_;
  Writer& writer_;
  const std::int64_t longest_wait_;  // in row numbers
  std::atomic<std::size_t> left_{0};
};

}  // namespace fnstore::sqlite

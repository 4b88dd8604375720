#pragma once

#include "sqlite/block_source.h"
#include "sqlite/matcher.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fnstore::sqlite {

/// Walks the packed calls of one function that match, from the greatest id below a bound down.
/// Groups and blocks that cannot match are passed over by their summaries; where all match, groups
/// are not read at all. Lives inside one snapshot and holds no statement open between steps.
class BlockCursor {
 public:
  /// `source` and `matcher` must outlive the cursor.
  BlockCursor(BlockSource& source, const Matcher& matcher, const BlocksVersion& version,
              Bound below);

  /// Moves to the next call; false at the end.
  bool next();

  // The call it stands on. Only after next() returned true.
  codec::IdText id() { return block().id(position_); }
  /// With texts and stats.
  codec::CallEntry entry();
  codec::BlockReader& block();
  std::size_t position() const { return position_; }
  /// Makes the texts of the block readable, or the stats.
  void supply_texts();
  void supply_stats();
  /// Moves down within the block where every call of it matches, over `most` calls at most, that
  /// it stands on included. Returns how many: they begin at position().
  std::size_t move_over(std::size_t most);

  /// Lets go of the decoded block; it is opened again when it is needed.
  void release() { block_.give_back(); }

 private:
  bool enter_next_block();
  bool step_down();
  void read_times();
  HeaderPointer next_header();
  bool next_group();

  BlockSource* source_;
  const Matcher* matcher_;
  BlocksVersion version_;
  Bound blocks_below_;  // blocks not looked at yet have a min_id below this
  Bound calls_below_;   // only for the first block opened
  GroupsPointer groups_;
  std::size_t groups_left_ = 0;  // those not walked yet
  HeadersPointer headers_;       // of the group being walked
  std::size_t headers_left_ = 0;
  codec::BlockSet far_;  // of the group being walked
  bool only_far_ = false;
  HeaderPointer header_;
  BlockLease block_;
  std::vector<bool> wanted_errors_;
  std::vector<std::int64_t> created_;  // of the block's calls; empty where all match
  std::size_t position_ = 0;           // calls of the block below it are still to come
};

}  // namespace fnstore::sqlite

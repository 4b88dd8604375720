#pragma once

#include "sqlite/block_table.h"
#include "sqlite/matcher.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fnstore::sqlite {

/// Walks the packed calls of one function that match, from the greatest id below a bound down.
/// Groups and blocks that cannot match are passed over by their summaries; where all match, groups
/// are not read at all. Lives inside one read
/// transaction and holds no statement open between steps.
class BlockCursor {
 public:
  /// `matcher` and `connection` must outlive the cursor.
  BlockCursor(Connection& connection, const Matcher& matcher, std::uint32_t fn_no, Bound below);

  /// Moves to the next call; false at the end.
  bool next();

  /// The call it stands on. Only after next() returned true.
  codec::IdText id() { return block().id(position_); }
  /// With texts and stats.
  codec::CallEntry entry();

  /// Frees the decoded block; it is read again when it is needed.
  void release() { block_.reset(); }

 private:
  bool next_block();
  bool next_group();
  codec::BlockReader& block();

  Connection* connection_;
  const Matcher* matcher_;
  std::uint32_t fn_no_;
  Bound groups_below_;  // groups not looked at yet have a fence below this
  std::string fence_;   // of the group being walked
  Bound blocks_below_;  // its blocks not looked at yet have a min_id below this
  bool in_group_ = false;
  bool all_in_one_ = false;  // the walk takes every block, so groups are not asked about
  Bound calls_below_;        // only for the first block opened
  BlockHeader header_;
  std::optional<codec::BlockReader> block_;
  std::vector<bool> wanted_errors_;
  std::size_t position_ = 0;  // calls of the block below it are still to come
};

}  // namespace fnstore::sqlite

#pragma once

#include "sqlite/block_cache.h"
#include "sqlite/block_directory.h"
#include "sqlite/snapshot.h"

namespace fnstore::sqlite {

/// The blocks of a snapshot: from memory where they are known, else from its transaction, which
/// may then be begun only now: every method may throw StaleSnapshot. Used by one thread.
class BlockSource {
 public:
  explicit BlockSource(Snapshot& snapshot) : snapshot_(snapshot) {}

  /// The block with the greatest min_id below `bound`; null when there is none.
  HeaderPointer below(const BlocksVersion& version, const Bound& bound);

  /// All groups of a function, rising by fence.
  GroupsPointer groups(const BlocksVersion& version);
  /// The blocks of one of its groups, rising by min_id.
  HeadersPointer blocks_of(const BlocksVersion& version, const std::vector<BlockGroup>& groups,
                           std::size_t group);

  /// An id that no packed call of the function below `bound` is above, itself at most `bound`, to
  /// put off opening blocks that are far below; null when no call is below.
  std::optional<codec::IdText> at_most(const BlocksVersion& version, const std::string& bound);

  BlockLease open(const BlockHeader& header);
  void supply_texts(const BlockHeader& header, codec::BlockReader& block);
  void supply_stats(const BlockHeader& header, codec::BlockReader& block);

 private:
  Snapshot& snapshot_;
};

}  // namespace fnstore::sqlite

#pragma once

#include "sqlite/block_table.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace fnstore::sqlite {

using HeaderPointer = std::shared_ptr<const BlockHeader>;
using GroupsPointer = std::shared_ptr<const std::vector<BlockGroup>>;
using HeadersPointer = std::shared_ptr<const std::vector<BlockHeader>>;

/// One version of a function's blocks: fns.blocks_seq changes whenever any of them does.
struct BlocksVersion {
  std::uint32_t fn_no = 0;
  std::int64_t blocks_seq = 0;
};

/// What was read of call_blocks and block_groups, in at most so many bytes; functions not asked
/// about for longest go first. What it answers is exact for the version asked about. Safe for any
/// thread.
class BlockDirectory {
 public:
  /// 0 keeps nothing. Not while it is used.
  void set_limit(std::size_t bytes) { limit_ = bytes; }

  /// The block with the greatest min_id below `bound`, where it is known. A pointer to nothing:
  /// it is known that there is none.
  std::optional<HeaderPointer> find_below(const BlocksVersion& version, const Bound& bound);
  /// What the table said.
  void add_below(const BlocksVersion& version, const Bound& bound, const HeaderPointer& header);

  /// All groups, rising by fence; null when they are not known.
  GroupsPointer groups(const BlocksVersion& version);
  void add_groups(const BlocksVersion& version, GroupsPointer groups);

  /// The blocks of the group with this fence, rising by min_id; null when they are not known.
  HeadersPointer blocks_of_group(const BlocksVersion& version, const std::string& fence);
  void add_blocks_of_group(const BlocksVersion& version, const std::string& fence,
                           HeadersPointer headers);

  void clear();
  std::size_t bytes() const;

 private:
  /// A header, and how far up it is certain that no other block begins: below this.
  struct Known {
    HeaderPointer header;
    Bound clear_to;
  };
  struct OfFunction {
    BlocksVersion version;
    std::size_t bytes = 0;
    std::size_t groups_bytes = 0;                     // of these
    std::map<std::string, Known, std::less<>> known;  // by min_id
    std::optional<Bound> none_below;                  // no block begins below this
    GroupsPointer groups;
    std::map<std::string, HeadersPointer, std::less<>> groups_blocks;  // by fence
  };
  using Functions = std::list<OfFunction>;

  OfFunction* find(const BlocksVersion& version);
  OfFunction* find_or_add(const BlocksVersion& version);
  void grow(OfFunction& function, std::size_t bytes);
  void drop(Functions::iterator function);

  std::size_t limit_ = 0;
  mutable std::mutex mutex_;  // guards all below
  Functions functions_;       // the last asked about first
  std::unordered_map<std::uint32_t, Functions::iterator> by_number_;
  std::size_t bytes_ = 0;
};

}  // namespace fnstore::sqlite

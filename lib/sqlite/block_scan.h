#pragma once

#include "sqlite/block_table.h"
#include "sqlite/matcher.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// Walks the blocks of one function that may hold a call that matches, rising by id, without
/// opening them; groups that cannot match are passed over. Lives inside one transaction and holds
/// no statement open between steps.
class BlockScan {
 public:
  /// `matcher` and `connection` must outlive the scan.
  /// Only blocks whose min_id is above `after` are walked.
  BlockScan(Connection& connection, const Matcher& matcher, std::uint32_t fn_no,
            std::string after = {});

  /// The next block; null at the end. Good until the next call.
  const BlockHeader* next();

  /// All groups of the function from the one with `after` on, rising by fence.
  const std::vector<BlockGroup>& groups();

 private:
  void read_groups(int most);
  bool read_blocks();

  Connection& connection_;
  const Matcher& matcher_;
  std::uint32_t fn_no_;
  std::string after_;
  std::string first_fence_;  // of the first group that matters
  std::vector<BlockGroup> groups_;
  bool groups_complete_ = false;
  std::size_t group_ = 0;  // the next to read
  std::vector<BlockHeader> blocks_;
  std::size_t block_ = 0;  // the next to give out
};

}  // namespace fnstore::sqlite

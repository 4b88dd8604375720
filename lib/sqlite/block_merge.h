#pragma once

#include "codec/block.h"
#include "sqlite/block_table.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// How a function's blocks change: blocks that go, and blocks that come in their place.
struct BlockChange {
  struct Removed {
    std::string min_id;
    std::int64_t body_no = 0;
  };
  std::vector<Removed> removed;
  std::vector<codec::EncodedBlock> added;
};

/// How blocks will take up `calls`: finished, of one function, rising strictly by id, none of them
/// in a block yet. Blocks of a function never overlap; a call inside a block's range, or beside one
/// that is not full, is merged with it, so that blocks stay full and few.
class MergePlan {
 public:
  /// Only reads; may run in any transaction. The calls, and the list of them, must stay where they
  /// are until encode() has returned. Encodes what would keep more than some blocks open.
  MergePlan(Connection& connection, std::uint32_t fn_no,
            std::span<const codec::CallEntry* const> calls);

  /// The rest, which takes most of the time and needs no database: any thread may do it, once.
  BlockChange encode();

 private:
  /// Neighbours that are cut into blocks together.
  struct Part {
    std::optional<codec::BlockReader> packed;  // the block whose calls are among them
    std::span<const codec::CallEntry* const> calls;
    bool follow = false;  // they all come after those of `packed`
    bool evenly = false;
  };

  void add_part(Connection& connection, const std::optional<BlockHeader>& owner, bool last,
                std::span<const codec::CallEntry* const> calls);
  void encode_parts();

  std::vector<Part> parts_;
  BlockChange change_;  // of the parts before them
};

/// Plans and encodes at once.
BlockChange plan_merge(Connection& connection, std::uint32_t fn_no,
                       std::span<const codec::CallEntry* const> calls);

/// The blocks that hold exactly `calls` (rising by id), each at most codec::block_calls long,
/// closed early when its texts grow large, and of a size that fills pages (sqlite/page_fit.h):
/// filled up in turn, or `evenly`.
std::vector<codec::EncodedBlock> cut_into_blocks(std::span<const codec::CallEntry* const> calls,
                                                 bool evenly);

/// Puts a planned change into effect inside a write transaction, with the groups. A new block takes
/// the place of a removed one where it can, so that a function's growing last block does not leave
/// half-empty pages behind; further bodies are numbered from `next_body_no`, which moves on.
void apply_change(Connection& connection, std::uint32_t fn_no, const BlockChange& change,
                  std::int64_t& next_body_no);

}  // namespace fnstore::sqlite

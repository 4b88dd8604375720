#pragma once

#include "codec/block.h"
#include "codec/group_far_times.h"
#include "sqlite/connection.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// A row of call_blocks.
struct BlockHeader {
  codec::BlockSummary summary;
  std::int64_t body_no = 0;
  std::uint64_t checksum = 0;
  /// Where most of its calls were created: see codec::FarTimes. read_header() says: all.
  std::int64_t near_min = 0;
  std::int64_t near_max = 0;
};

/// A row of block_groups: what is known of a run of neighbouring blocks of one function, namely
/// those whose min_id is at or above its fence and below the next group's.
struct BlockGroup {
  std::string fence_id;  // the first group of a function has the empty one
  std::uint32_t blocks = 0;
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t cancelled = 0;
  std::uint32_t type_mask = 0;
  std::uint32_t min_app = 0;
  std::uint32_t max_app = 0;
  std::int64_t min_created = 0;
  std::int64_t max_created = 0;
  codec::GroupFarTimes far{};  // read_group() leaves it empty
};

/// A place in the order of ids to look below: an id, or nothing for the very end.
using Bound = std::optional<std::string>;

/// SQL over call_blocks, block_bodies and block_groups. Every function runs inside the caller's
/// transaction.
void bind_bound(SQLite::Statement& statement, int index, const Bound& bound);
BlockHeader read_header(SQLite::Statement& query);            // the columns of sql_block_columns
std::string read_blob(SQLite::Statement& query, int column);  // empty: NULL
/// The same to be written; `blob` must outlive the statement's run.
void bind_blob(SQLite::Statement& statement, int index, const std::string& blob);

/// The block of the function with the greatest min_id at or below `id`.
std::optional<BlockHeader> block_at_or_below(Connection& connection, std::uint32_t fn_no,
                                             const std::string& id);
/// The block of the function with the least min_id above `id`.
std::optional<BlockHeader> block_above(Connection& connection, std::uint32_t fn_no,
                                       const std::string& id);
/// The greatest id in the function's blocks; empty when it has none.
std::string greatest_block_id(Connection& connection, std::uint32_t fn_no);

/// What a block takes up beside its header, read from the lengths alone; 0 when it is not there.
std::size_t body_bytes(Connection& connection, const BlockHeader& header);

/// Adds a block; a body that has the number is replaced.
void put_block(Connection& connection, std::uint32_t fn_no, std::int64_t body_no,
               const codec::EncodedBlock& block);
void delete_header(Connection& connection, std::uint32_t fn_no, const std::string& min_id,
                   std::int64_t body_no);
void delete_body(Connection& connection, std::int64_t body_no);

/// Opens a block for reading; texts and stats are supplied only on request. Throws `corrupt` where
/// the block is not the one the header tells of.
codec::BlockReader open_block(Connection& connection, const BlockHeader& header);
/// The same without a look at the ids: for whoever only wants other columns.
codec::BlockReader open_columns(Connection& connection, const BlockHeader& header);
void supply_texts(Connection& connection, const BlockHeader& header, codec::BlockReader& block);
void supply_stats(Connection& connection, const BlockHeader& header, codec::BlockReader& block);

/// Opens a block with texts and stats supplied: nothing more is read for it.
codec::BlockReader open_whole_block(Connection& connection, const BlockHeader& header);
/// Every call of it.
std::vector<codec::CallEntry> entries_of(codec::BlockReader& whole_block);
/// Both at once.
std::vector<codec::CallEntry> read_block(Connection& connection, const BlockHeader& header);

}  // namespace fnstore::sqlite

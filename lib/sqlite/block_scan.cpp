#include "sqlite/block_scan.h"

#include "sqlite/block_groups.h"

#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_groups_up =
    "SELECT fence_id, blocks, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms FROM block_groups WHERE fn_no = ? ORDER BY fence_id";

constexpr const char* sql_blocks_up =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum FROM call_blocks WHERE fn_no = ? AND min_id >= ? "
    "AND min_id < ? ORDER BY min_id";

}  // namespace

BlockScan::BlockScan(Connection& connection, const Matcher& matcher, std::uint32_t fn_no,
                     std::string after)
    : connection_(connection), matcher_(matcher), fn_no_(fn_no), after_(std::move(after)) {
  SQLite::Statement& query = connection_.statement(sql_groups_up);
  query.bind(1, fn_no_);
  while (query.executeStep()) groups_.push_back(read_group(query));
  query.reset();
  while (group_ + 1 < groups_.size() && groups_[group_ + 1].fence_id <= after_) ++group_;
}

bool BlockScan::read_blocks() {
  while (group_ < groups_.size() && !matcher_.may_match(groups_[group_])) ++group_;
  if (group_ == groups_.size()) return false;
  const std::string& fence = groups_[group_++].fence_id;
  const Bound below = group_ < groups_.size() ? Bound(groups_[group_].fence_id) : Bound();
  blocks_.clear();
  block_ = 0;
  SQLite::Statement& query = connection_.statement(sql_blocks_up);
  query.bind(1, fn_no_);
  query.bindNoCopy(2, fence);
  bind_bound(query, 3, below);
  while (query.executeStep()) blocks_.push_back(read_header(query));
  query.reset();
  return true;
}

const BlockHeader* BlockScan::next() {
  do {
    while (block_ < blocks_.size()) {
      const BlockHeader& header = blocks_[block_++];
      if (header.summary.min_id > after_ && matcher_.may_match(header.summary)) return &header;
    }
  } while (read_blocks());
  return nullptr;
}

}  // namespace fnstore::sqlite

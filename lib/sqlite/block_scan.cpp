#include "sqlite/block_scan.h"

#include "sqlite/block_groups.h"

#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_group_at =
    "SELECT fence_id FROM block_groups WHERE fn_no = ? AND fence_id <= ? "
    "ORDER BY fence_id DESC LIMIT 1";

constexpr const char* sql_groups_up =
    "SELECT fence_id, blocks, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms FROM block_groups WHERE fn_no = ? AND fence_id >= ? "
    "ORDER BY fence_id LIMIT ?";

constexpr int groups_at_once = 32;

constexpr const char* sql_blocks_up =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum FROM call_blocks WHERE fn_no = ? AND min_id >= ? "
    "AND min_id < ? ORDER BY min_id";

}  // namespace

BlockScan::BlockScan(Connection& connection, const Matcher& matcher, std::uint32_t fn_no,
                     std::string after)
    : connection_(connection), matcher_(matcher), fn_no_(fn_no), after_(std::move(after)) {
  SQLite::Statement& query = connection_.statement(sql_group_at);
  query.bind(1, fn_no_);
  query.bindNoCopy(2, after_);
  if (query.executeStep()) first_fence_ = query.getColumn(0).getString();
  query.reset();
}

/// Reads some more groups, if there are any.
void BlockScan::read_groups(int most) {
  if (groups_complete_) return;
  const std::string from = groups_.empty() ? first_fence_ : groups_.back().fence_id;
  if (!groups_.empty()) groups_.pop_back();  // it is met again
  const std::size_t before = groups_.size();
  SQLite::Statement& query = connection_.statement(sql_groups_up);
  query.bind(1, fn_no_);
  query.bindNoCopy(2, from);
  query.bind(3, most);
  while (query.executeStep()) groups_.push_back(read_group(query));
  query.reset();
  groups_complete_ = most < 0 || groups_.size() - before < static_cast<std::size_t>(most);
}

const std::vector<BlockGroup>& BlockScan::groups() {
  read_groups(-1);
  return groups_;
}

bool BlockScan::read_blocks() {
  while (true) {
    if (group_ + 1 >= groups_.size()) read_groups(groups_at_once);  // and the next one's fence
    if (group_ >= groups_.size()) return false;
    if (matcher_.may_match(groups_[group_])) break;
    ++group_;
  }
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

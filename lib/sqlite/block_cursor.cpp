#include "sqlite/block_cursor.h"

#include "sqlite/block_groups.h"

#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_groups_down =
    "SELECT fence_id, blocks, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms FROM block_groups WHERE fn_no = ? AND fence_id < ? "
    "ORDER BY fence_id DESC";

constexpr const char* sql_blocks_down =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum FROM call_blocks WHERE fn_no = ? AND min_id >= ? "
    "AND min_id < ? ORDER BY min_id DESC";

}  // namespace

BlockCursor::BlockCursor(Connection& connection, const Matcher& matcher, std::uint32_t fn_no,
                         Bound below)
    : connection_(&connection),
      matcher_(&matcher),
      fn_no_(fn_no),
      groups_below_(below),
      calls_below_(std::move(below)) {}

bool BlockCursor::next_group() {
  if (matcher_->matches_all()) {
    if (all_in_one_) return false;
    all_in_one_ = in_group_ = true;
    blocks_below_ = groups_below_;
    return true;
  }
  const Bound start = groups_below_;  // bound without a copy, so it must outlive the walk
  SQLite::Statement& query = connection_->statement(sql_groups_down);
  query.bind(1, fn_no_);
  bind_bound(query, 2, start);
  while (query.executeStep()) {
    BlockGroup group = read_group(query);
    const bool wanted = matcher_->may_match(group);
    blocks_below_ = std::exchange(groups_below_, std::move(group.fence_id));
    if (!wanted) continue;
    fence_ = *groups_below_;
    in_group_ = true;
    break;
  }
  query.reset();
  return in_group_;
}

codec::BlockReader& BlockCursor::block() {
  if (!block_) {
    block_.emplace(open_block(*connection_, header_));
    if (matcher_->reads_texts()) supply_texts(*connection_, header_, *block_);
    wanted_errors_ = matcher_->wanted_errors(*block_);
  }
  return *block_;
}

bool BlockCursor::next_block() {
  while (in_group_ || next_group()) {
    SQLite::Statement& query = connection_->statement(sql_blocks_down);
    query.bind(1, fn_no_);
    query.bindNoCopy(2, fence_);
    bind_bound(query, 3, blocks_below_);
    std::optional<BlockHeader> found;
    while (!found && query.executeStep()) {
      BlockHeader header = read_header(query);
      if (matcher_->may_match(header.summary)) found = std::move(header);
    }
    query.reset();
    if (found) {
      blocks_below_ = found->summary.min_id;
      header_ = std::move(*found);
      block_.reset();
      position_ = calls_below_ ? block().lower_bound(*calls_below_) : block().size();
      calls_below_ = header_.summary.min_id;  // blocks do not overlap, or a walk could never end
      return true;
    }
    in_group_ = false;
  }
  return false;
}

bool BlockCursor::next() {
  do {
    while (position_ > 0) {
      --position_;
      if (matcher_->matches(block(), position_, wanted_errors_)) return true;
    }
  } while (next_block());
  return false;
}

codec::CallEntry BlockCursor::entry() {
  codec::BlockReader& current = block();
  if (current.has_trigger(position_) || current.has_error(position_)) {
    supply_texts(*connection_, header_, current);
  }
  if (current.has_stats(position_)) supply_stats(*connection_, header_, current);
  return current.entry(position_);
}

}  // namespace fnstore::sqlite

#include "sqlite/block_groups.h"

#include "sqlite/created_range.h"

#include <algorithm>
#include <limits>
#include <span>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_fence_of =
    "SELECT fence_id FROM block_groups WHERE fn_no = ? AND fence_id <= ? "
    "ORDER BY fence_id DESC LIMIT 1";

constexpr const char* sql_next_fence =
    "SELECT fence_id FROM block_groups WHERE fn_no = ? AND fence_id > ? ORDER BY fence_id LIMIT 1";

constexpr const char* sql_headers =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum, far_created FROM call_blocks WHERE fn_no = ? AND min_id >= "
    "? "
    "AND min_id < ? ORDER BY min_id";

constexpr const char* sql_put_group =
    "INSERT OR REPLACE INTO block_groups (fn_no, fence_id, blocks, calls, errors, cancelled, "
    "type_mask, min_app, max_app, min_created_ms, max_created_ms, far_created) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr const char* sql_delete_group =
    "DELETE FROM block_groups WHERE fn_no = ? AND fence_id = ?";

constexpr const char* sql_all_groups =
    "SELECT fence_id, blocks, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms, fn_no FROM block_groups ORDER BY fn_no, fence_id";

std::optional<std::string> one_fence(Connection& connection, const char* sql, std::uint32_t fn_no,
                                     const std::string& id) {
  SQLite::Statement& query = connection.statement(sql);
  query.bind(1, fn_no);
  query.bindNoCopy(2, id);
  std::optional<std::string> fence;
  if (query.executeStep()) fence = query.getColumn(0).getString();
  query.reset();
  return fence;
}

/// What a group tells of its blocks.
struct Blocks {
  std::vector<codec::BlockSummary> summaries;
  std::vector<codec::BlockTimes> times;  // of the same blocks
};

Blocks blocks_between(Connection& connection, std::uint32_t fn_no, const std::string& fence,
                      const Bound& below) {
  SQLite::Statement& query = connection.statement(sql_headers);
  query.bind(1, fn_no);
  query.bindNoCopy(2, fence);
  bind_bound(query, 3, below);
  Blocks blocks;
  while (query.executeStep()) {
    const auto& block = blocks.summaries.emplace_back(read_header(query).summary);
    blocks.times.push_back({block.min_created, block.max_created, read_blob(query, 12)});
  }
  query.reset();
  return blocks;
}

BlockGroup summarize(std::string fence, std::span<const codec::BlockSummary> blocks) {
  BlockGroup group;
  group.fence_id = std::move(fence);
  group.blocks = static_cast<std::uint32_t>(blocks.size());
  group.min_app = std::numeric_limits<std::uint32_t>::max();
  group.min_created = std::numeric_limits<std::int64_t>::max();
  group.max_created = std::numeric_limits<std::int64_t>::min();
  for (const codec::BlockSummary& block : blocks) {
    group.calls += block.calls;
    group.errors += block.errors;
    group.cancelled += block.cancelled;
    group.type_mask |= block.type_mask;
    group.min_app = std::min(group.min_app, block.min_app);
    group.max_app = std::max(group.max_app, block.max_app);
    group.min_created = std::min(group.min_created, block.min_created);
    group.max_created = std::max(group.max_created, block.max_created);
  }
  return group;
}

void put_group(Connection& connection, std::uint32_t fn_no, const BlockGroup& group,
               const std::string& far_created) {
  SQLite::Statement& insert = connection.statement(sql_put_group);
  insert.bind(1, fn_no);
  insert.bindNoCopy(2, group.fence_id);
  insert.bind(3, group.blocks);
  insert.bind(4, static_cast<std::int64_t>(group.calls));
  insert.bind(5, static_cast<std::int64_t>(group.errors));
  insert.bind(6, static_cast<std::int64_t>(group.cancelled));
  insert.bind(7, group.type_mask);
  insert.bind(8, group.min_app);
  insert.bind(9, group.max_app);
  insert.bind(10, group.min_created);
  insert.bind(11, group.max_created);
  bind_blob(insert, 12, far_created);
  insert.exec();
  insert.reset();
}

void delete_group(Connection& connection, std::uint32_t fn_no, const std::string& fence) {
  SQLite::Statement& statement = connection.statement(sql_delete_group);
  statement.bind(1, fn_no);
  statement.bindNoCopy(2, fence);
  statement.exec();
  statement.reset();
}

/// Rewrites one group from its blocks, splitting it where it has grown too large: the last group
/// of a function, which grows at its end, into full ones; any other evenly.
void rewrite_group(Connection& connection, std::uint32_t fn_no, const std::string& fence) {
  const Bound next = one_fence(connection, sql_next_fence, fn_no, fence);
  const Blocks read = blocks_between(connection, fn_no, fence, next);
  const std::vector<codec::BlockSummary>& blocks = read.summaries;
  if (blocks.empty() && (!fence.empty() || !next)) {
    delete_group(connection, fn_no, fence);
    return;
  }
  std::size_t size = group_blocks;
  if (next && blocks.size() > group_blocks) {
    const std::size_t parts = (blocks.size() + group_blocks - 1) / group_blocks;
    size = (blocks.size() + parts - 1) / parts;
  }
  std::size_t at = 0;
  do {
    const auto part = std::span(blocks).subspan(at, std::min(size, blocks.size() - at));
    put_group(connection, fn_no, summarize(at == 0 ? fence : part.front().min_id, part),
              codec::encode_group_far_times(std::span(read.times).subspan(at, part.size())));
    at += size;
  } while (at < blocks.size());
}

}  // namespace

BlockGroup read_group(SQLite::Statement& query) {
  BlockGroup group;
  group.fence_id = query.getColumn(0).getString();
  group.blocks = query.getColumn(1).getUInt();
  group.calls = static_cast<std::uint64_t>(query.getColumn(2).getInt64());
  group.errors = static_cast<std::uint64_t>(query.getColumn(3).getInt64());
  group.cancelled = static_cast<std::uint64_t>(query.getColumn(4).getInt64());
  group.type_mask = query.getColumn(5).getUInt();
  group.min_app = query.getColumn(6).getUInt();
  group.max_app = query.getColumn(7).getUInt();
  group.min_created = query.getColumn(8).getInt64();
  group.max_created = query.getColumn(9).getInt64();
  if (group.blocks > 0) check_created(group.min_created, group.max_created);
  return group;
}

void refresh_groups(Connection& connection, std::uint32_t fn_no,
                    const std::set<std::string>& changed_min_ids) {
  std::set<std::string> fences;
  for (const std::string& min_id : changed_min_ids) {
    fences.insert(one_fence(connection, sql_fence_of, fn_no, min_id).value_or(std::string()));
  }
  // From the last to the first, so that a group is split before one before it looks for its end.
  for (auto fence = fences.rbegin(); fence != fences.rend(); ++fence) {
    rewrite_group(connection, fn_no, *fence);
  }
}

void for_each_group(Connection& connection,
                    const std::function<void(std::uint32_t, const BlockGroup&)>& take) {
  SQLite::Statement& query = connection.statement(sql_all_groups);
  while (query.executeStep()) take(query.getColumn(10).getUInt(), read_group(query));
  query.reset();
}

}  // namespace fnstore::sqlite

#include "fnstore/error.h"

#include "model/quote.h"
#include "sqlite/verification_parts.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_groups =
    "SELECT fn_no, fence_id, blocks, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms FROM block_groups WHERE fn_no >= ? ORDER BY fn_no, fence_id";

constexpr const char* sql_blocks_of_group =
    "SELECT calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, max_created_ms "
    "FROM call_blocks WHERE fn_no = ? AND min_id >= ? AND min_id < ? ORDER BY min_id";

/// From schema version 5 on.
constexpr const char* sql_groups_far =
    "SELECT fn_no, fence_id, blocks, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms, far_created FROM block_groups WHERE fn_no >= ? "
    "ORDER BY fn_no, fence_id";

constexpr const char* sql_far_of_group =
    "SELECT min_created_ms, max_created_ms, far_created FROM call_blocks "
    "WHERE fn_no = ? AND min_id >= ? AND min_id < ? ORDER BY min_id";

constexpr std::array names{"blocks",  "calls",   "errors",         "cancelled",     "type_mask",
                           "min_app", "max_app", "min_created_ms", "max_created_ms"};
using Sums = std::array<std::int64_t, names.size()>;

/// Numbers of a damaged file may be too large to add.
std::int64_t wrapped_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// The same as block_groups.cpp sums up, over the numbers as they stand in the headers.
Sums sum_of(SQLite::Statement& headers) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Sums sums{0, 0, 0, 0, 0, std::numeric_limits<std::uint32_t>::max(), 0, most, least};
  while (headers.executeStep()) {
    const auto column = [&](int number) { return headers.getColumn(number).getInt64(); };
    ++sums[0];
    for (std::size_t i = 1; i <= 3; ++i) {
      sums[i] = wrapped_sum(sums[i], column(static_cast<int>(i) - 1));
    }
    sums[4] |= column(3);
    sums[5] = std::min(sums[5], column(4));
    sums[6] = std::max(sums[6], column(5));
    sums[7] = std::min(sums[7], column(6));
    sums[8] = std::max(sums[8], column(7));
  }
  headers.reset();
  return sums;
}

}  // namespace

struct VerificationRun::RawGroup {
  std::int64_t fn_no = 0;
  std::string fence;
  Sums sums{};
  std::string far_created;

  explicit RawGroup(SQLite::Statement& query)
      : fn_no(query.getColumn(0).getInt64()), fence(query.getColumn(1).getString()) {
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] = query.getColumn(static_cast<int>(i) + 2).getInt64();
    }
    if (query.getColumnCount() > 11) far_created = read_blob(query, 11);
  }
};

void VerificationRun::check_groups() {
  SQLite::Statement& query =
      connection_.statement(schema_version_ >= 5 ? sql_groups_far : sql_groups);
  query.bind(1, std::int64_t{INT64_MIN});
  std::optional<RawGroup> last;
  while (query.executeStep()) {
    RawGroup group(query);
    const bool follows = last && last->fn_no == group.fn_no;
    if (last) check_group(*last, follows ? Bound(group.fence) : Bound());
    if (!follows && !group.fence.empty()) {
      add_problem(fmt::format("block_groups: {}", of_function(group.fn_no)),
                  "its first group does not begin at the beginning");
    }
    last = std::move(group);
  }
  query.reset();
  if (last) check_group(*last, Bound());
  if (blocks_in_groups_ == found_.blocks) return;
  add_problem("block_groups", fmt::format("the groups hold {} blocks, the store {}",
                                          blocks_in_groups_, found_.blocks));
}

void VerificationRun::check_group(const RawGroup& group, const Bound& next) {
  SQLite::Statement& headers = connection_.statement(sql_blocks_of_group);
  headers.bind(1, group.fn_no);
  headers.bindNoCopy(2, group.fence);
  bind_bound(headers, 3, next);
  const Sums sums = sum_of(headers);
  blocks_in_groups_ += static_cast<std::uint64_t>(sums[0]);
  meter_.advance(64);
  const std::string where =
      fmt::format("block_groups: {}, from id {} on", of_function(group.fn_no), quote(group.fence));
  if (function(group.fn_no) == nullptr) add_problem(where, "its function is not there");
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] == group.sums[i]) continue;
    add_problem(where,
                fmt::format("says {} {}, its blocks have {}", names[i], group.sums[i], sums[i]));
    return;
  }
  if (schema_version_ >= 5 && !has_far_times_of_blocks(group, next)) {
    add_problem(where, "its far_created are not those of its blocks");
  }
}

bool VerificationRun::has_far_times_of_blocks(const RawGroup& group, const Bound& next) {
  SQLite::Statement& query = connection_.statement(sql_far_of_group);
  query.bind(1, group.fn_no);
  query.bindNoCopy(2, group.fence);
  bind_bound(query, 3, next);
  std::vector<codec::BlockTimes> blocks;
  while (query.executeStep()) {
    blocks.push_back(
        {query.getColumn(0).getInt64(), query.getColumn(1).getInt64(), read_blob(query, 2)});
  }
  query.reset();
  try {
    return codec::encode_group_far_times(blocks) == group.far_created;
  } catch (const Error&) {
    return true;  // a block's are damaged, which was told of the block
  }
}

}  // namespace fnstore::sqlite

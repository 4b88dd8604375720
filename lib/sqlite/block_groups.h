#pragma once

#include "sqlite/block_table.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>

namespace fnstore::sqlite {

/// Blocks a group holds before it is split.
inline constexpr std::size_t group_blocks = 128;

BlockGroup read_group(SQLite::Statement& query);

/// Brings the groups up to date after blocks of the function with these min_ids came or went.
void refresh_groups(Connection& connection, std::uint32_t fn_no,
                    const std::set<std::string>& changed_min_ids);

/// Calls `take` with (fn_no, group) for every group of the store.
void for_each_group(Connection& connection,
                    const std::function<void(std::uint32_t, const BlockGroup&)>& take);

}  // namespace fnstore::sqlite

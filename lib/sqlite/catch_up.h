#pragma once

#include "sqlite/connection.h"
#include "sqlite/recent_index.h"
#include "sqlite/state.h"

namespace fnstore::sqlite {

/// Brings the index from the state it mirrors to `state`, the one the connection's transaction
/// sees: by reading what was added since, or everything where rows in between are gone. The caller
/// has the index to itself. When it throws, the index still mirrors its old state or nothing.
/// Throws fail_gone_back() when `state` is older than what the index mirrors.
void catch_up(Connection& connection, const StoreState& state, RecentIndex& index);

/// Throws `corrupt`: a commit that was seen is never undone, so the file was exchanged or damaged.
[[noreturn]] void fail_gone_back();

}  // namespace fnstore::sqlite

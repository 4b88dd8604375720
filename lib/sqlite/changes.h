#pragma once

#include "model/change_position.h"
#include "sqlite/snapshot.h"

#include <vector>

namespace fnstore::sqlite {

/// What has come or changed beyond the position, which moves on to the snapshot.
std::vector<Call> read_changes(Snapshot& snapshot, ChangeFeed::Position& position,
                               const CallFilter& filter);

}  // namespace fnstore::sqlite

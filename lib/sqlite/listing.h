#pragma once

#include "model/engine.h"
#include "sqlite/block_directory.h"
#include "sqlite/snapshot.h"

#include <optional>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// One page over rows and blocks merged, as of the snapshot. Releases the snapshot's index.
std::vector<Call> list_calls(Snapshot& snapshot, const ListRequest& request);
void list_views(Snapshot& snapshot, const ListRequest& request, CallViewList& page);

/// The call of a key, with texts and stats; nothing when it does not exist. Releases the
/// snapshot's index.
std::optional<codec::CallEntry> find_call(Snapshot& snapshot, const CallKey& key);

/// A call in the function's blocks.
std::optional<codec::CallEntry> find_packed_call(Snapshot& snapshot, const BlocksVersion& version,
                                                 const std::string& id);

}  // namespace fnstore::sqlite

#pragma once

#include "fnstore/store.h"

#include "sqlite/snapshot.h"

#include <string>

namespace fnstore::sqlite {

/// Of the file and its log.
std::uint64_t bytes_on_disk(const std::string& path);

/// Exact counts, from the recent calls and the summaries of block groups: no block is read.
/// Releases the snapshot's index. `path` is looked up for sizes.
StoreInfo count_store(Snapshot& snapshot, const std::string& path);

}  // namespace fnstore::sqlite

#pragma once

#include "sqlite/block_cache.h"
#include "sqlite/block_directory.h"
#include "sqlite/commit_mark.h"
#include "sqlite/fair_shared_mutex.h"
#include "sqlite/id_times_cache.h"
#include "sqlite/newest_packed.h"
#include "sqlite/recent_index.h"

#include <atomic>
#include <cstdint>

namespace fnstore::sqlite {

/// What the readers and the writer of one store share in memory.
///
/// The index comes with the lock that orders access to it. Holders of the store's write lock (lock
/// file and BEGIN IMMEDIATE) may read it without this lock once it mirrors the newest commit:
/// nobody can change it then but they.
struct SharedIndex {
  FairSharedMutex mutex;
  RecentIndex index;
  /// The commit_seq this process's writer is about to make visible: its effects on the index
  /// follow within microseconds, so a reader that sees it waits instead of reading them back.
  std::atomic<std::int64_t> committing{0};

  CommitMark mark;
  BlockCache cache;          // has its own lock, as the next one
  BlockDirectory directory;  // headers of blocks that were looked for
  IdTimesCache id_times;
  NewestPacked newest;
};

}  // namespace fnstore::sqlite

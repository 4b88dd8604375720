#pragma once

#include "fnstore/store.h"

#include "disk.h"
#include "operation.h"

#include <cstdint>
#include <string>
#include <vector>

/// What is deliberately wrong, so that the checks must find something.
enum class Control {
  none,
  synchronous_off,  ///< SQLite syncs nothing
  lying_sync,       ///< syncs report success and do nothing
  lying_log_sync,   ///< the same for the log alone: a checkpoint overtakes it
  no_fence,         ///< a worker that lost a call ends it as if it had not
};

/// One life of a process: it opens the store, its threads do what their scripts say, and it ends.
struct Life {
  fnstore::Durability durability = fnstore::Durability::power_safe;
  bool background_packing = false;
  bool restores = false;  ///< all it does is to put an earlier state back in the store's place
  std::size_t pack_after = 100;
  DiskRules rules{};
  std::uint64_t disk_seed = 0;
  std::vector<Script> scripts{};
};

/// The lives of one store, from its creation on, all from one seed.
struct Plan {
  std::uint64_t seed = 0;
  Control control = Control::none;
  std::vector<Life> lives{};
};

Plan make_plan(std::uint64_t seed, std::size_t lives, Control control);

/// A life in one line, and its operations in one for each thread.
std::string describe(const Life& life);

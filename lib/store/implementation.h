#pragma once

#include "fnstore/store.h"

#include "model/engine.h"
#include "store/group_commit.h"

#include <memory>

namespace fnstore {

namespace store {

/// All throw `invalid`.
void check_filter(const CallFilter& filter);
void check_status(Status status);
void check_step(const Transition& step);

}  // namespace store

struct Store::Implementation {
  std::unique_ptr<Engine> engine;
  const Clock* clock = nullptr;
  Durability durability = Durability::power_safe;
  std::unique_ptr<store::GroupCommit> writes;  // before the engine goes, what it buffers is written

  WriteRequest request() const {
    WriteRequest made;
    made.now = clock->now();
    return made;
  }

  /// Reads see everything acknowledged, so buffered writes go first.
  Engine& settled() const {
    writes->settle();
    return *engine;
  }
};

}  // namespace fnstore

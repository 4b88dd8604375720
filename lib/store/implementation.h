#pragma once

#include "fnstore/store.h"

#include "model/engine.h"
#include "model/process_of_origin.h"
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
  Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  /// In a child of the process that opened the store it touches nothing: no thread is there to
  /// wait for, and the locks are the parent's.
  ~Implementation() {
    if (origin.is_here()) return;
    abandon(std::move(writes));
    abandon(std::move(engine));
  }

  ProcessOfOrigin origin;
  std::unique_ptr<Engine> engine;
  const Clock* clock = nullptr;
  Durability durability = Durability::power_safe;
  RedactionRule redaction;
  std::unique_ptr<store::GroupCommit> writes;  // before the engine goes, what it buffers is written

  WriteRequest request() const {
    origin.require_here("store");
    WriteRequest made;
    made.now = clock->now();
    return made;
  }

  /// Reads see everything acknowledged, so buffered writes go first.
  Engine& settled() const {
    origin.require_here("store");
    writes->settle();
    return *engine;
  }
};

}  // namespace fnstore

#pragma once

#include "fnstore/store.h"

#include "sqlite/pruner.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

namespace fnstore::sqlite {

/// Applies the store's policy from time to time. Of all processes that have the store open, one
/// does it at a time: whoever finds it due says so in the store before it begins.
class Retention {
 public:
  Retention(ReadPool& pool, Writer& writer, Pruner& pruner, const StoreOptions& options);

  /// 0 where this process never applies it.
  std::chrono::milliseconds interval() const noexcept { return interval_; }

  /// Whether it is time to look into the store. Safe for any thread, and cheap.
  bool is_due() const noexcept;

  /// The policy has changed: it is due at once.
  void look_again() noexcept { next_look_ns_.store(0); }

  /// Looks, and deletes what must go until `stop`. Returns whether anything went. Used by one
  /// thread. `pack` is called before calls go for want of room: packed they need little, and only
  /// blocks that go make room at once.
  bool apply(const std::function<bool()>& stop, const std::function<void()>& pack);

 private:
  bool claim(Timestamp now);

  ReadPool& pool_;
  Writer& writer_;
  Pruner& pruner_;
  const Clock& clock_;
  std::chrono::milliseconds interval_;
  std::atomic<std::int64_t> next_look_ns_{0};  // of the steady clock
};

}  // namespace fnstore::sqlite

#pragma once

#include "sqlite/recent_index.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace fnstore::sqlite {

/// The newest packed calls over all functions, newest first, as of one RecentIndex::blocks_seq:
/// what the first page over all functions would else look for in the blocks of as many functions
/// as it shows. Safe for any thread.
class NewestPacked {
 public:
  using Calls = std::shared_ptr<const std::vector<RecentPointer>>;

  static constexpr std::size_t most_calls = 128;
  /// Of texts and stats together; a list with more is not kept.
  static constexpr std::size_t most_bytes = std::size_t{256} << 10;

  /// The first `count` calls at least, or all there are; null when they are not known.
  Calls find(std::int64_t blocks_seq, std::size_t count) const {
    const std::lock_guard guard(mutex_);
    return blocks_seq == blocks_seq_ && count <= count_ ? calls_ : nullptr;
  }

  /// `calls` are the first `count`, or all there are.
  void put(std::int64_t blocks_seq, std::size_t count, Calls calls) {
    std::size_t bytes = 0;
    for (const RecentPointer& call : *calls) {
      bytes += call->call.stats.size() + call->call.error.size() + call->call.trigger_id.size();
    }
    if (bytes > most_bytes) return;
    const std::lock_guard guard(mutex_);
    blocks_seq_ = blocks_seq;
    count_ = count;
    calls_.swap(calls);
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::int64_t blocks_seq_ = -1;
  std::size_t count_ = 0;
  Calls calls_;
};

}  // namespace fnstore::sqlite

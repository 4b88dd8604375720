#pragma once

#include "codec/block.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace fnstore::sqlite {

/// Blocks that were read and decoded, in at most so many bytes; those not used for longest go
/// first. A block belongs to one user at a time: it is taken out and given back, so two threads on
/// the same block decode it each for itself. Safe for any thread.
///
/// A block is known by the number of its body and its checksum: a body that is written anew has
/// another checksum, so what is outdated is never found and goes with time.
class BlockCache {
 public:
  struct Entry {
    std::int64_t body_no = 0;
    std::uint64_t checksum = 0;
    std::size_t bytes = 0;
    std::unique_ptr<codec::BlockReader> block;
  };
  /// At most one, outside the cache.
  using Entries = std::list<Entry>;

  /// 0 keeps nothing. Not while the cache is used.
  void set_limit(std::size_t bytes) { limit_ = bytes; }

  /// Empty when it is not there.
  Entries take(std::int64_t body_no, std::uint64_t checksum);
  void give_back(Entries&& entry);
  void clear();

  std::size_t bytes() const;

 private:
  void drop(Entries::iterator entry, Entries& dropped);

  std::size_t limit_ = 0;
  mutable std::mutex mutex_;  // guards all below
  Entries entries_;           // the last used first
  boost::unordered_flat_map<std::int64_t, Entries::iterator> by_body_;
  std::size_t bytes_ = 0;
};

/// A block in use; goes back to the cache at the end, unless an exception is what ends it: the
/// block may be the reason.
class BlockLease {
 public:
  BlockLease() = default;
  BlockLease(BlockCache& cache, BlockCache::Entries&& entry);
  BlockLease(BlockLease&& other) noexcept { *this = std::move(other); }
  BlockLease& operator=(BlockLease&& other) noexcept;
  ~BlockLease() { give_back(); }

  explicit operator bool() const { return block_ != nullptr; }
  codec::BlockReader& operator*() const { return *block_; }
  codec::BlockReader* operator->() const { return block_; }
  void give_back() noexcept;

 private:
  BlockCache* cache_ = nullptr;
  BlockCache::Entries entry_;
  codec::BlockReader* block_ = nullptr;  // of entry_
  int exceptions_ = 0;
};

}  // namespace fnstore::sqlite

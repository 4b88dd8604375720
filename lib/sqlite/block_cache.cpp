#include "sqlite/block_cache.h"

#include <exception>
#include <utility>

namespace fnstore::sqlite {

BlockCache::Entries BlockCache::take(std::int64_t body_no, std::uint64_t checksum) {
  Entries taken;
  const std::lock_guard guard(mutex_);
  const auto found = by_body_.find(body_no);
  if (found == by_body_.end() || found->second->checksum != checksum) return taken;
  bytes_ -= found->second->bytes;
  taken.splice(taken.begin(), entries_, found->second);
  by_body_.erase(found);
  return taken;
}

/// What goes is destroyed by the caller, after the lock.
void BlockCache::drop(Entries::iterator entry, Entries& dropped) {
  bytes_ -= entry->bytes;
  by_body_.erase(entry->body_no);
  dropped.splice(dropped.begin(), entries_, entry);
}

void BlockCache::give_back(Entries&& given) {
  Entry& entry = given.front();
  entry.block->trim();
  entry.bytes = entry.block->memory() + sizeof(Entry) + 64;
  if (entry.bytes > limit_ / 4) return;  // one that would push out too much
  Entries dropped;
  const std::lock_guard guard(mutex_);
  if (const auto other = by_body_.find(entry.body_no); other != by_body_.end()) {
    drop(other->second, dropped);
  }
  by_body_.emplace(entry.body_no, given.begin());
  bytes_ += entry.bytes;
  entries_.splice(entries_.begin(), given);
  while (bytes_ > limit_) drop(std::prev(entries_.end()), dropped);
}

void BlockCache::clear() {
  Entries dropped;
  const std::lock_guard guard(mutex_);
  dropped.swap(entries_);
  by_body_.clear();
  bytes_ = 0;
}

std::size_t BlockCache::bytes() const {
  const std::lock_guard guard(mutex_);
  return bytes_;
}

BlockLease::BlockLease(BlockCache& cache, BlockCache::Entries&& entry)
    : cache_(&cache),
      entry_(std::move(entry)),
      block_(entry_.front().block.get()),
      exceptions_(std::uncaught_exceptions()) {}

BlockLease& BlockLease::operator=(BlockLease&& other) noexcept {
  give_back();
  cache_ = other.cache_;
  entry_.splice(entry_.begin(), other.entry_);
  block_ = std::exchange(other.block_, nullptr);
  exceptions_ = other.exceptions_;
  return *this;
}

void BlockLease::give_back() noexcept {
  if (block_ == nullptr) return;
  block_ = nullptr;
  BlockCache::Entries entry;
  entry.swap(entry_);
  if (std::uncaught_exceptions() > exceptions_) return;
  try {
    cache_->give_back(std::move(entry));
  } catch (const std::bad_alloc&) {
    return;  // then it is not kept
  }
}

}  // namespace fnstore::sqlite

#include "sqlite/block_cache.h"

#include <exception>
#include <utility>

namespace fnstore::sqlite {

BlockCache::Block BlockCache::take(std::int64_t body_no, std::uint64_t checksum) {
  const std::lock_guard guard(mutex_);
  const auto found = by_body_.find(body_no);
  if (found == by_body_.end() || found->second->checksum != checksum) return nullptr;
  Block block = std::move(found->second->block);
  bytes_ -= found->second->bytes;
  entries_.erase(found->second);
  by_body_.erase(found);
  return block;
}

/// What goes is destroyed by the caller, after the lock.
void BlockCache::drop(Entries::iterator entry, Entries& dropped) {
  bytes_ -= entry->bytes;
  by_body_.erase(entry->body_no);
  dropped.splice(dropped.begin(), entries_, entry);
}

void BlockCache::give_back(std::int64_t body_no, std::uint64_t checksum, Block block) {
  const std::size_t bytes = block->memory() + sizeof(Entry);
  Entries dropped;
  Entries added;
  if (bytes > limit_ / 4) return;  // one that would push out too much
  added.push_back({body_no, checksum, bytes, std::move(block)});
  const std::lock_guard guard(mutex_);
  if (const auto other = by_body_.find(body_no); other != by_body_.end()) {
    drop(other->second, dropped);
  }
  entries_.splice(entries_.begin(), added);
  by_body_.emplace(body_no, entries_.begin());
  bytes_ += bytes;
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

BlockLease::BlockLease(BlockCache& cache, std::int64_t body_no, std::uint64_t checksum,
                       BlockCache::Block block)
    : cache_(&cache),
      body_no_(body_no),
      checksum_(checksum),
      block_(std::move(block)),
      exceptions_(std::uncaught_exceptions()) {}

BlockLease& BlockLease::operator=(BlockLease&& other) noexcept {
  give_back();
  cache_ = other.cache_;
  body_no_ = other.body_no_;
  checksum_ = other.checksum_;
  block_ = std::move(other.block_);
  exceptions_ = other.exceptions_;
  return *this;
}

void BlockLease::give_back() noexcept {
  if (block_ == nullptr) return;
  BlockCache::Block block = std::move(block_);
  if (std::uncaught_exceptions() > exceptions_) return;
  try {
    cache_->give_back(body_no_, checksum_, std::move(block));
  } catch (const std::bad_alloc&) {
    return;  // then it is not kept
  }
}

}  // namespace fnstore::sqlite

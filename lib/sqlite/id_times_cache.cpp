#include "sqlite/id_times_cache.h"

#include <iterator>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// What list, map and pointer take beside the times, roughly.
constexpr std::size_t entry_bytes = 160;

}  // namespace

IdTimesCache::Times IdTimesCache::find(std::int64_t body_no, std::uint64_t checksum) {
  const std::lock_guard guard(mutex_);
  const auto found = by_body_.find(body_no);
  if (found == by_body_.end() || found->second->checksum != checksum) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->times;
}

void IdTimesCache::drop(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_body_.erase(entry->body_no);
  entries_.erase(entry);
}

void IdTimesCache::put(std::int64_t body_no, std::uint64_t checksum, Times times) {
  const std::size_t bytes = times->memory() + entry_bytes;
  if (bytes > limit_) return;
  const std::lock_guard guard(mutex_);
  if (const auto other = by_body_.find(body_no); other != by_body_.end()) drop(other->second);
  Entries added;  // in the list only once the map has it
  added.push_front({body_no, checksum, bytes, std::move(times)});
  by_body_.emplace(body_no, added.begin());
  entries_.splice(entries_.begin(), added);
  bytes_ += bytes;
  while (bytes_ > limit_) drop(std::prev(entries_.end()));
}

}  // namespace fnstore::sqlite

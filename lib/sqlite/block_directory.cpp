#include "sqlite/block_directory.h"

#include <iterator>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Rough costs in memory, with what the allocator adds.
constexpr std::size_t header_bytes = sizeof(BlockHeader) + 96;
constexpr std::size_t known_bytes = header_bytes + 224;
constexpr std::size_t group_bytes = sizeof(BlockGroup) + 48;
constexpr std::size_t function_bytes = 512;

/// No bound is above every bound.
bool is_at_or_below(const Bound& bound, const Bound& other) {
  return !other || (bound && *bound <= *other);
}

}  // namespace

BlockDirectory::OfFunction* BlockDirectory::find(const BlocksVersion& version) {
  const auto found = by_number_.find(version.fn_no);
  if (found == by_number_.end()) return nullptr;
  if (found->second->version.blocks_seq != version.blocks_seq) {
    // An older reader must not throw away what newer ones know.
    if (found->second->version.blocks_seq < version.blocks_seq) drop(found->second);
    return nullptr;
  }
  functions_.splice(functions_.begin(), functions_, found->second);
  return &functions_.front();
}

BlockDirectory::OfFunction* BlockDirectory::find_or_add(const BlocksVersion& version) {
  if (limit_ == 0) return nullptr;
  if (OfFunction* const found = find(version)) return found;
  if (by_number_.contains(version.fn_no)) return nullptr;
  Functions added;  // in the list only once the map has it
  added.emplace_front().version = version;
  by_number_.emplace(version.fn_no, added.begin());
  functions_.splice(functions_.begin(), added);
  grow(functions_.front(), function_bytes);
  return &functions_.front();
}

void BlockDirectory::drop(Functions::iterator function) {
  bytes_ -= function->bytes;
  by_number_.erase(function->version.fn_no);
  functions_.erase(function);
}

/// Counts what was added to a function, which is the first of the list; makes room.
void BlockDirectory::grow(OfFunction& function, std::size_t bytes) {
  function.bytes += bytes;
  bytes_ += bytes;
  while (bytes_ > limit_ && functions_.size() > 1) drop(std::prev(functions_.end()));
  if (bytes_ <= limit_) return;
  // One function alone is too much: begin anew with it, but for its groups, which every filter
  // walks through.
  function.known.clear();
  function.none_below.reset();
  function.groups_blocks.clear();
  if (bytes_ - function.bytes + function.groups_bytes > limit_) {
    function.groups.reset();
    function.groups_bytes = 0;
  }
  bytes_ -= function.bytes - function.groups_bytes;
  function.bytes = function.groups_bytes;
}

std::optional<HeaderPointer> BlockDirectory::find_below(const BlocksVersion& version,
                                                        const Bound& bound) {
  const std::lock_guard guard(mutex_);
  OfFunction* const function = find(version);
  if (function == nullptr) return std::nullopt;
  auto at = bound ? function->known.lower_bound(*bound) : function->known.end();
  if (at == function->known.begin()) {
    if (function->none_below && is_at_or_below(bound, *function->none_below)) {
      return HeaderPointer();
    }
    return std::nullopt;
  }
  --at;
  if (!is_at_or_below(bound, at->second.clear_to)) return std::nullopt;
  return at->second.header;
}

void BlockDirectory::add_below(const BlocksVersion& version, const Bound& bound,
                               const HeaderPointer& header) {
  const std::lock_guard guard(mutex_);
  OfFunction* const function = find_or_add(version);
  if (function == nullptr) return;
  if (header == nullptr) {
    if (!function->none_below || is_at_or_below(*function->none_below, bound)) {
      function->none_below = bound;
    }
    return;
  }
  const auto [at, added] =
      function->known.try_emplace(header->summary.min_id, Known{header, bound});
  if (is_at_or_below(at->second.clear_to, bound)) at->second.clear_to = bound;
  if (added) grow(*function, known_bytes);
}

GroupsPointer BlockDirectory::groups(const BlocksVersion& version) {
  const std::lock_guard guard(mutex_);
  OfFunction* const function = find(version);
  return function == nullptr ? nullptr : function->groups;
}

void BlockDirectory::add_groups(const BlocksVersion& version, GroupsPointer groups) {
  const std::lock_guard guard(mutex_);
  OfFunction* const function = find_or_add(version);
  if (function == nullptr || function->groups != nullptr) return;
  std::size_t bytes = groups->size() * group_bytes;
  for (const BlockGroup& group : *groups) bytes += group.far.memory();
  function->groups = std::move(groups);
  function->groups_bytes = bytes;
  grow(*function, bytes);
}

HeadersPointer BlockDirectory::blocks_of_group(const BlocksVersion& version,
                                               const std::string& fence) {
  const std::lock_guard guard(mutex_);
  OfFunction* const function = find(version);
  if (function == nullptr) return nullptr;
  const auto found = function->groups_blocks.find(fence);
  return found == function->groups_blocks.end() ? nullptr : found->second;
}

void BlockDirectory::add_blocks_of_group(const BlocksVersion& version, const std::string& fence,
                                         HeadersPointer headers) {
  const std::lock_guard guard(mutex_);
  OfFunction* const function = find_or_add(version);
  if (function == nullptr) return;
  const std::size_t bytes = headers->size() * header_bytes;
  if (!function->groups_blocks.try_emplace(fence, std::move(headers)).second) return;
  grow(*function, bytes);
}

void BlockDirectory::clear() {
  const std::lock_guard guard(mutex_);
  functions_.clear();
  by_number_.clear();
  bytes_ = 0;
}

std::size_t BlockDirectory::bytes() const {
  const std::lock_guard guard(mutex_);
  return bytes_;
}

}  // namespace fnstore::sqlite

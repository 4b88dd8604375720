#include "sqlite/block_cursor.h"

#include <algorithm>
#include <utility>

namespace fnstore::sqlite {

BlockCursor::BlockCursor(BlockSource& source, const Matcher& matcher, const BlocksVersion& version,
                         Bound below)
    : source_(&source),
      matcher_(&matcher),
      version_(version),
      blocks_below_(below),
      calls_below_(std::move(below)) {}

/// Moves to the next group that may hold a match, and its blocks below the bound.
bool BlockCursor::next_group() {
  if (groups_ == nullptr) {
    groups_ = source_->groups(version_);
    const auto end = blocks_below_ ? std::ranges::lower_bound(*groups_, *blocks_below_, {},
                                                              &BlockGroup::fence_id)
                                   : groups_->end();
    groups_left_ = static_cast<std::size_t>(end - groups_->begin());
  }
  while (groups_left_ > 0 && !matcher_->may_match((*groups_)[groups_left_ - 1])) --groups_left_;
  if (groups_left_ == 0) return false;
  headers_ = source_->blocks_of(version_, *groups_, --groups_left_);
  headers_left_ = headers_->size();
  return true;
}

/// The next block that may hold a match; null at the end.
HeaderPointer BlockCursor::next_header() {
  if (matcher_->matches_all()) return source_->below(version_, blocks_below_);
  do {
    while (headers_left_ > 0) {
      const BlockHeader& header = (*headers_)[--headers_left_];
      if (blocks_below_ && header.summary.min_id >= *blocks_below_) continue;
      if (matcher_->may_match(header.summary)) return {headers_, &header};
    }
  } while (next_group());
  return nullptr;
}

codec::BlockReader& BlockCursor::block() {
  if (!block_) {
    block_ = source_->open(*header_);
    if (matcher_->reads_texts()) source_->supply_texts(*header_, *block_);
    wanted_errors_ = matcher_->wanted_errors(*block_);
  }
  return *block_;
}

bool BlockCursor::enter_next_block() {
  HeaderPointer next = next_header();
  if (next == nullptr) return false;
  block_.give_back();
  header_ = std::move(next);
  blocks_below_ = header_->summary.min_id;
  position_ = calls_below_ ? block().lower_bound(*calls_below_) : block().size();
  calls_below_ = header_->summary.min_id;  // blocks do not overlap, or a walk could never end
  return true;
}

/// Moves down in the block, to the next call that is not to be passed over; false at its end.
bool BlockCursor::step_down() {
  if (position_ == 0) return false;
  if (!matcher_->passes_over_success()) {
    --position_;
    return true;
  }
  const std::optional<std::size_t> failure = block().last_failure_before(position_);
  position_ = failure.value_or(0);
  return failure.has_value();
}

bool BlockCursor::next() {
  do {
    while (step_down()) {
      if (matcher_->matches(block(), position_, wanted_errors_)) return true;
    }
  } while (enter_next_block());
  return false;
}

codec::BlockReader& BlockCursor::block_with_texts() {
  codec::BlockReader& current = block();
  if (current.texts_supplied() || !current.needs_texts()) return current;
  if (current.has_trigger(position_) || current.has_error(position_)) {
    source_->supply_texts(*header_, current);
  }
  return current;
}

codec::CallEntry BlockCursor::entry() {
  codec::BlockReader& current = block_with_texts();
  if (current.has_stats(position_)) source_->supply_stats(*header_, current);
  return current.entry(position_);
}

}  // namespace fnstore::sqlite

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
  const BlockGroup& group = (*groups_)[--groups_left_];
  headers_ = source_->blocks_of(version_, *groups_, groups_left_);
  const auto end = blocks_below_
                       ? std::ranges::lower_bound(*headers_, *blocks_below_, {},
                                                  [](const BlockHeader& h) -> const std::string& {
                                                    return h.summary.min_id;
                                                  })
                       : headers_->end();
  headers_left_ = static_cast<std::size_t>(end - headers_->begin());
  far_ = matcher_->far_blocks(group);
  // A group with more blocks than the set has places is damaged: then each header is looked at.
  only_far_ = matcher_->wants_only_far(group) && headers_->size() <= far_.size();
  return true;
}

/// The next block that may hold a match; null at the end.
HeaderPointer BlockCursor::next_header() {
  if (matcher_->matches_all()) return source_->below(version_, blocks_below_);
  do {
    while (headers_left_ > 0) {
      --headers_left_;
      if (only_far_ && !far_.test(headers_left_)) continue;  // without a look at it
      const BlockHeader& header = (*headers_)[headers_left_];
      if (matcher_->may_match(header, far_, headers_left_)) return {headers_, &header};
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
  const bool reaches_below = calls_below_ && header_->summary.max_id >= *calls_below_;
  position_ = reaches_below ? block().lower_bound(*calls_below_) : block().size();
  calls_below_ = header_->summary.min_id;  // blocks do not overlap, or a walk could never end
  read_times();
  return true;
}

/// All at once: few calls of a block may be of the wanted time, and asking each would cost more.
void BlockCursor::read_times() {
  created_.clear();
  if (matcher_->passes_over_success() || matcher_->wants_times_of(header_->summary)) return;
  created_.resize(block().size());
  block().read_created(created_);
}

/// Moves down in the block, to the next call that is not to be passed over; false at its end.
bool BlockCursor::step_down() {
  if (position_ == 0) return false;
  if (!matcher_->passes_over_success()) {
    do --position_;
    while (position_ > 0 && !created_.empty() && !matcher_->wants_time(created_[position_]));
    return true;  // matches() looks at the time once more
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

void BlockCursor::supply_texts() {
  codec::BlockReader& current = block();
  if (current.needs_texts() && !current.texts_supplied()) source_->supply_texts(*header_, current);
}

void BlockCursor::supply_stats() {
  codec::BlockReader& current = block();
  if (!current.stats_supplied()) source_->supply_stats(*header_, current);
}

std::size_t BlockCursor::move_over(std::size_t most) {
  if (!matcher_->matches_all()) return 1;
  const std::size_t count = std::min(most, position_ + 1);
  position_ -= count - 1;
  return count;
}

codec::CallEntry BlockCursor::entry() {
  codec::BlockReader& current = block();
  if (current.has_trigger(position_) || current.has_error(position_)) supply_texts();
  if (current.has_stats(position_)) supply_stats();
  return current.entry(position_);
}

}  // namespace fnstore::sqlite

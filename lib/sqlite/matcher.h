#pragma once

#include "fnstore/call_filter.h"

#include "codec/block.h"
#include "sqlite/block_table.h"
#include "sqlite/recent_index.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// A CallFilter without function and cursor, made ready for many calls.
class Matcher {
 public:
  /// Apps are looked up in the index; an app_id nobody has matches nothing.
  Matcher(const CallFilter& filter, const RecentIndex& index);
  /// For a filter without app_id.
  explicit Matcher(const CallFilter& filter);

  /// The same, but only for calls created in [first, last].
  Matcher between(std::int64_t first, std::int64_t last) const;

  /// Nothing at all can match.
  bool matches_nothing() const;

  /// Every call matches, so that no block or group can be passed over.
  bool matches_all() const noexcept { return wants_all_; }

  bool matches(const codec::CallEntry& call) const;

  /// Whether a block or a group may hold a call that matches.
  bool may_match(const codec::BlockSummary& block) const;
  /// The same with what is known of times: `far` are the blocks of the group that were among
  /// far_blocks() of it, `place` is where in the group the block is.
  bool may_match(const BlockHeader& block, const codec::BlockSet& far, std::size_t place) const;
  bool may_match(const BlockGroup& group) const;
  /// No other block of a group than its far_blocks() may match.
  bool wants_only_far(const BlockGroup& group) const {
    return !group.far.empty() && !may_want_time(group.far.near_min(), group.far.near_max());
  }
  /// The blocks of a group that hold a call far from the others within the wanted times.
  codec::BlockSet far_blocks(const BlockGroup& group) const {
    return group.far.blocks_between(from_, to_);
  }
  /// Whether every call of a block matches, by what its summary tells.
  bool matches_whole(const codec::BlockSummary& block) const;

  /// Every call of a block was created when it should have been.
  bool wants_times_of(const codec::BlockSummary& block) const {
    return from_ < block.min_created && block.max_created < to_;
  }
  bool wants_time(std::int64_t created) const { return from_ < created && created < to_; }

  /// No call that ended in success matches.
  bool passes_over_success() const { return !wants_status(Status::success) || !error_.empty(); }

  /// The filter looks at texts, so a block's texts must be supplied before matches().
  bool reads_texts() const { return !trigger_id_.empty() || !error_.empty(); }

  /// Which of a block's texts contain the wanted error; empty when any error will do.
  std::vector<bool> wanted_errors(codec::BlockReader& block) const;
  bool matches(codec::BlockReader& block, std::size_t index,
               const std::vector<bool>& wanted_errors) const;

 private:
  bool wants_all() const {
    return status_mask_ == ~0U && type_mask_ == ~0U && any_app_ && !reads_texts() &&
           from_ == std::numeric_limits<std::int64_t>::min() &&
           to_ == std::numeric_limits<std::int64_t>::max();
  }
  bool wants_status(Status status) const {
    return (status_mask_ >> static_cast<unsigned>(status) & 1U) != 0;
  }
  bool wants_type(CallType type) const {
    return (type_mask_ >> static_cast<unsigned>(type) & 1U) != 0;
  }
  bool wants_app(std::uint32_t app_no) const;
  bool may_want_time(std::int64_t least, std::int64_t most) const {
    return most > from_ && least < to_;
  }
  template <typename Summary>
  bool may_match_summary(const Summary& summary, std::uint64_t calls, std::uint64_t errors,
                         std::uint64_t cancelled) const;

  bool wants_all_ = false;
  std::uint32_t status_mask_ = ~0U;
  std::uint32_t type_mask_ = ~0U;
  std::int64_t from_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_ = std::numeric_limits<std::int64_t>::max();
  bool any_app_ = true;
  std::vector<std::uint32_t> apps_;  // rising
  std::string trigger_id_;
  std::string error_;
};

}  // namespace fnstore::sqlite

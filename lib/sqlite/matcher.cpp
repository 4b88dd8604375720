#include "sqlite/matcher.h"

#include <algorithm>

namespace fnstore::sqlite {

Matcher::Matcher(const CallFilter& filter) : trigger_id_(filter.trigger_id), error_(filter.error) {
  if (!filter.status.empty()) {
    status_mask_ = 0;
    for (const Status status : filter.status) status_mask_ |= 1U << static_cast<unsigned>(status);
  }
  if (filter.type) type_mask_ = 1U << static_cast<unsigned>(*filter.type);
  if (filter.from_time) from_ = filter.from_time->time_since_epoch().count();
  if (filter.to_time) to_ = filter.to_time->time_since_epoch().count();
  wants_all_ = wants_all();
}

Matcher::Matcher(const CallFilter& filter, const RecentIndex& index) : Matcher(filter) {
  if (filter.app_id.empty()) return;
  any_app_ = false;
  apps_ = index.apps_with_id(filter.app_id);
  wants_all_ = false;
}

Matcher Matcher::between(std::int64_t first, std::int64_t last) const {
  Matcher narrowed = *this;
  narrowed.from_ = std::max(from_, first - 1);
  narrowed.to_ = std::min(to_, last + 1);
  narrowed.wants_all_ = false;
  return narrowed;
}

bool Matcher::matches_nothing() const {
  return (!any_app_ && apps_.empty()) || from_ >= to_;
}

bool Matcher::wants_app(std::uint32_t app_no) const {
  return any_app_ || std::binary_search(apps_.begin(), apps_.end(), app_no);
}

bool Matcher::matches(const codec::CallEntry& call) const {
  return wants_time(call.created) && wants_status(call.status) && wants_type(call.type) &&
         wants_app(call.app_no) && (trigger_id_.empty() || call.trigger_id == trigger_id_) &&
         (error_.empty() || call.error.find(error_) != std::string::npos);
}

template <typename Summary>
bool Matcher::may_match_summary(const Summary& summary, std::uint64_t calls, std::uint64_t errors,
                                std::uint64_t cancelled) const {
  if (calls == 0 || !may_want_time(summary.min_created, summary.max_created)) return false;
  if ((summary.type_mask & type_mask_) == 0) return false;
  const bool status = (wants_status(Status::error) && errors > 0) ||
                      (wants_status(Status::cancelled) && cancelled > 0) ||
                      (wants_status(Status::success) && calls > errors + cancelled);
  if (!status) return false;
  if (!error_.empty() && errors + cancelled == 0) return false;
  if (any_app_) return true;
  const auto app = std::lower_bound(apps_.begin(), apps_.end(), summary.min_app);
  return app != apps_.end() && *app <= summary.max_app;
}

bool Matcher::may_match(const codec::BlockSummary& block) const {
  return may_match_summary(block, block.calls, block.errors, block.cancelled);
}

bool Matcher::may_match(const BlockHeader& block, const codec::BlockSet& far,
                        std::size_t place) const {
  const bool times =
      may_want_time(block.near_min, block.near_max) || (place < far.size() && far.test(place));
  return times && may_match(block.summary);
}

bool Matcher::may_match(const BlockGroup& group) const {
  if (!may_match_summary(group, group.calls, group.errors, group.cancelled)) return false;
  return group.far.empty() || may_want_time(group.far.near_min(), group.far.near_max()) ||
         group.far.any_between(from_, to_);
}

bool Matcher::matches_whole(const codec::BlockSummary& block) const {
  if (wants_all_) return true;
  if (reads_texts() || block.min_created <= from_ || block.max_created >= to_) return false;
  if ((block.type_mask & ~type_mask_) != 0) return false;
  if (!any_app_ && (block.min_app != block.max_app || !wants_app(block.min_app))) return false;
  return (wants_status(Status::error) || block.errors == 0) &&
         (wants_status(Status::cancelled) || block.cancelled == 0) &&
         (wants_status(Status::success) || block.calls == block.errors + block.cancelled);
}

std::vector<bool> Matcher::wanted_errors(codec::BlockReader& block) const {
  return error_.empty() ? std::vector<bool>() : block.errors_containing(error_);
}

bool Matcher::matches(codec::BlockReader& block, std::size_t index,
                      const std::vector<bool>& wanted_errors) const {
  if (wants_all_) return true;  // spares the decoding of the columns
  if (!wants_status(block.status(index)) || !wants_type(block.type(index))) return false;
  if (!wants_time(block.created(index))) return false;
  if (!any_app_ && !wants_app(block.app_no(index))) return false;
  if (!trigger_id_.empty() && block.trigger_id(index) != trigger_id_) return false;
  if (error_.empty()) return true;
  const std::size_t number = block.error_number(index);
  return number < wanted_errors.size() && wanted_errors[number];
}

}  // namespace fnstore::sqlite

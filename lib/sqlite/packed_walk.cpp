#include "sqlite/packed_walk.h"

#include "sqlite/stored_numbers.h"

#include <algorithm>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// The least text above another one.
std::string next_text(const std::string& text) {
  return text + '\0';
}

}  // namespace

PackedWalk::PackedWalk(CallsSource& source, const CallsFilter& filter, std::uint32_t fn_no,
                       bool rising)
    : source_(source), filter_(filter), fn_no_(fn_no), rising_(rising) {
  plan_strides();
}

/// Blocks do not overlap: those that may hold ids of the range begin with the one that holds its
/// least, and end before the first that begins above it.
void PackedWalk::clip(Stride& stride, const std::string& first_block) const {
  stride.from = std::max(stride.from, first_block);
  if (!filter_.high_id) return;
  std::string below = next_text(*filter_.high_id);
  if (!stride.below || *stride.below > below) stride.below = std::move(below);
}

void PackedWalk::plan_strides() {
  if (filter_.narrows_blocks()) {
    const std::vector<StoredGroup> groups = source_.groups(fn_no_);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (!filter_.may_match(groups[i].summary)) continue;
      const bool joins = !strides_.empty() && strides_.back().below == groups[i].fence_id;
      if (!joins) strides_.push_back({groups[i].fence_id, std::nullopt});
      strides_.back().below =
          i + 1 < groups.size() ? std::optional(groups[i + 1].fence_id) : std::nullopt;
    }
  } else {
    strides_.push_back({});
  }
  const std::string first_block =
      filter_.low_id ? source_.first_block_for(fn_no_, *filter_.low_id) : std::string();
  for (Stride& stride : strides_) clip(stride, first_block);
  std::erase_if(strides_,
                [](const Stride& stride) { return stride.below && stride.from >= *stride.below; });
  if (!rising_) std::ranges::reverse(strides_);
}

void PackedWalk::enter(StoredBlock&& block) {
  const bool in_order =
      !reader_ || (rising_ ? block_.max_id < block.min_id : block.max_id < block_.min_id);
  if (!in_order) fail_stored("blocks of a function overlap");
  block_ = std::move(block);
  reader_.emplace(source_.open(block_));
  begin_ = filter_.low_id ? reader_->lower_bound(*filter_.low_id) : 0;
  end_ = filter_.high_id ? reader_->lower_bound(next_text(*filter_.high_id)) : reader_->size();
}

bool PackedWalk::next_block() {
  while (stride_ < strides_.size()) {
    Stride& stride = strides_[stride_];
    std::optional<StoredBlock> found;
    source_.find_block(fn_no_, stride.from, stride.below, rising_, [&](StoredBlock&& block) {
      const bool wanted =
          filter_.may_match(block.summary) && filter_.may_have_ids(block.min_id, block.max_id);
      if (wanted) found = std::move(block);
      return wanted;
    });
    if (found) {
      if (rising_) {
        stride.from = next_text(found->min_id);
      } else {
        stride.below = found->min_id;
      }
      enter(std::move(*found));
      return true;
    }
    ++stride_;
  }
  return false;
}

bool PackedWalk::next() {
  const bool narrows = filter_.narrows_blocks();
  do {
    while (begin_ < end_) {
      position_ = rising_ ? begin_++ : --end_;
      if (!narrows || (filter_.has_status(reader_->status(position_)) &&
                       filter_.has_created(reader_->created(position_)))) {
        return true;
      }
    }
  } while (next_block());
  return false;
}

}  // namespace fnstore::sqlite

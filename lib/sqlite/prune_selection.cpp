#include "sqlite/prune_selection.h"

#include "sqlite/block_scan.h"
#include "sqlite/matcher.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace fnstore::sqlite {
namespace {

std::uint64_t& of(PruneCounts& counts, Status status) {
  return counts[static_cast<std::size_t>(status)];
}

/// Finds the oldest of the newest `wanted` calls that match, in both tiers.
class NewestCalls {
 public:
  NewestCalls(Connection& connection, std::uint32_t fn_no, const FunctionRows& rows,
              const CallFilter& filter, std::uint64_t wanted)
      : connection_(connection), matcher_(filter), left_(wanted) {
    for (const RecentPointer& row : rows) {
      if (is_finished(row->call.status) && matcher_.matches(row->call)) {
        row_ids_.push_back(row->call.id.view());
      }
    }
    BlockScan scan(connection, matcher_, fn_no);
    while (const BlockHeader* const header = scan.next()) blocks_.push_back(*header);
  }

  /// Its id; nothing when there are no more than so many.
  std::optional<std::string> oldest() {
    while (left_ > 0 && (!row_ids_.empty() || !blocks_.empty())) {
      const bool row_first =
          !row_ids_.empty() && (blocks_.empty() || row_ids_.back() > last_block().max_id);
      if (row_first) {
        take(row_ids_.back());
        row_ids_.pop_back();
      } else {
        take_block();
      }
    }
    if (left_ > 0 || (row_ids_.empty() && blocks_.empty() && !more_below_)) return std::nullopt;
    return oldest_;
  }

 private:
  const codec::BlockSummary& last_block() const { return blocks_.back().summary; }

  void take(std::string_view id) {
    oldest_ = id;
    --left_;
  }

  void take_block() {
    const BlockHeader header = std::move(blocks_.back());
    blocks_.pop_back();
    const codec::BlockSummary& summary = header.summary;
    const bool rows_inside = !row_ids_.empty() && row_ids_.back() >= summary.min_id;
    if (!rows_inside && matcher_.matches_whole(summary) && summary.calls <= left_) {
      left_ -= summary.calls;
      oldest_ = summary.min_id;
      return;
    }
    codec::BlockReader block = open_block(connection_, header);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (matcher_.matches(block, i, {})) ids.emplace_back(block.id(i).view());
    }
    while (!row_ids_.empty() && row_ids_.back() >= summary.min_id) {
      ids.emplace_back(row_ids_.back());
      row_ids_.pop_back();
    }
    std::ranges::sort(ids, std::ranges::greater{});
    for (const std::string& id : ids) {
      if (left_ == 0) {
        more_below_ = true;
        return;
      }
      take(id);
    }
  }

  Connection& connection_;
  Matcher matcher_;
  std::uint64_t left_;
  std::vector<std::string_view> row_ids_;  // rising
  std::vector<BlockHeader> blocks_;        // rising
  std::string oldest_;
  bool more_below_ = false;  // calls of the last block looked at are not wanted any more
};

}  // namespace

std::optional<PruneSelection> select_prunable(Connection& connection, std::uint32_t fn_no,
                                              const FunctionRows& rows, const PruneCut& cut) {
  PruneSelection selection;
  selection.fn_no = fn_no;
  selection.filter.status = cut.status;
  if (selection.filter.status.empty()) {
    selection.filter.status = {Status::success, Status::error, Status::cancelled};
  }
  if (cut.keep_last.value_or(0) > 0) {
    NewestCalls newest(connection, fn_no, rows, selection.filter, *cut.keep_last);
    selection.below_id = newest.oldest();
    if (!selection.below_id) return std::nullopt;
  }
  selection.filter.to_time = cut.before;
  return selection;
}

PruneCounts counts_of(const codec::BlockSummary& summary) {
  PruneCounts counts{};
  of(counts, Status::error) = summary.errors;
  of(counts, Status::cancelled) = summary.cancelled;
  of(counts, Status::success) = summary.calls - summary.errors - summary.cancelled;
  return counts;
}

PruneCounts count_prunable(Connection& connection, const PruneSelection& selection,
                           const FunctionRows& rows) {
  const Matcher matcher(selection.filter);
  PruneCounts counts{};
  for (const RecentPointer& row : rows) {
    const codec::CallEntry& call = row->call;
    if (matcher.matches(call) && selection.allows(call.id.view())) ++of(counts, call.status);
  }
  BlockScan scan(connection, matcher, selection.fn_no);
  while (const BlockHeader* const header = scan.next()) {
    if (!selection.allows(header->summary.min_id)) break;
    if (matcher.matches_whole(header->summary) && selection.allows(header->summary.max_id)) {
      const PruneCounts all = counts_of(header->summary);
      std::ranges::transform(counts, all, counts.begin(), std::plus<>());
      continue;
    }
    codec::BlockReader block = open_block(connection, *header);
    for (std::size_t i = 0; i < block.size(); ++i) {
      const bool goes = matcher.matches(block, i, {}) && selection.allows(block.id(i).view());
      if (goes) ++of(counts, block.status(i));
    }
  }
  return counts;
}

}  // namespace fnstore::sqlite

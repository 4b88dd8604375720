#include "sqlite/block_scan.h"
#include "sqlite/matcher.h"
#include "sqlite/queue_table.h"
#include "sqlite/write_batch.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Blocks taken away or rewritten in one step: a transaction's worth.
constexpr std::size_t prune_blocks = 64;

std::uint64_t& of_status(PruneCounts& counts, Status status) {
  return counts[static_cast<std::size_t>(status)];
}

}  // namespace

void WriteBatch::prune(const PruneSelection& selection, PrunePosition& position,
                       const std::function<bool()>& is_late) {
  const Function& function = index_.functions()[selection.fn_no - 1];
  if (!position.rows_done && !prune_rows(function, selection, position, is_late)) return;
  position.rows_done = true;
  prune_packed(function, selection, position, is_late);
}

/// False when time was up before the last row.
bool WriteBatch::prune_rows(const Function& function, const PruneSelection& selection,
                            PrunePosition& position, const std::function<bool()>& is_late) {
  const Matcher matcher(selection.filter);
  Work* const work = find_work(function.fn_id);
  auto at = std::ranges::upper_bound(function.calls, std::string_view(position.after_row), {},
                                     [](const RecentPointer& row) { return row->call.id.view(); });
  const auto begin = at;
  for (; at != function.calls.end(); ++at) {
    const RecentPointer& row = *at;
    const codec::CallEntry& call = row->call;
    if (!selection.allows(call.id.view())) break;
    // One row at least in each step: passing over many that stay must come to an end too.
    if (at != begin && is_late()) {
      position.after_row = (*std::prev(at))->call.id.view();
      return false;
    }
    if (!is_finished(call.status) || !matcher.matches(call)) continue;
    ++of_status(position.counts, call.status);
    erase(*work, Place{row, std::nullopt}, std::string(call.id.view()));
  }
  return true;
}

void WriteBatch::prune_packed(const Function& function, const PruneSelection& selection,
                              PrunePosition& position, const std::function<bool()>& is_late) {
  const Matcher matcher(selection.filter);
  BlockChange change;
  BlockScan scan(connection_, matcher, selection.fn_no, position.after_id);
  const BlockHeader* header = nullptr;
  do {  // one block at least, however long it took to come here
    header = scan.next();
    if (header == nullptr || !selection.allows(header->summary.min_id)) {
      position.done = true;
      break;
    }
    const codec::BlockSummary& summary = header->summary;
    if (matcher.matches_whole(summary) && selection.allows(summary.max_id)) {
      const PruneCounts all = counts_of(summary);
      std::ranges::transform(position.counts, all, position.counts.begin(), std::plus<>());
      drop_owned_of_block(function, *header);
      change.removed.push_back({summary.min_id, header->body_no});
    } else {
      thin_out(matcher, selection, *header, change, position.counts);
    }
    // What is left of a block that was thinned out is below it. Damage must not lead backwards.
    position.after_id = std::max(summary.min_id, summary.max_id);
  } while (change.removed.size() < prune_blocks && !is_late());
  if (!change.removed.empty()) change_blocks(selection.fn_no, change, std::nullopt);
}

/// A block that goes whole is not decoded, but for the columns that say what its calls own.
void WriteBatch::drop_owned_of_block(const Function& function, const BlockHeader& header) {
  const codec::BlockSummary& summary = header.summary;
  codec::BlockReader block = open_columns(connection_, header);
  if (block.owns_anything()) {
    for (std::size_t i = 0; i < block.size(); ++i) {
      codec::CallEntry owner;
      owner.detail_no = block.detail_no(i);
      owner.log_no = block.log_no(i);
      drop_owned(owner);
    }
  }
  // Calls that stay must keep their keys and results: with one of them inside the block's range,
  // what belongs to the others is found by id.
  const auto inside =
      std::ranges::lower_bound(function.calls, std::string_view(summary.min_id), {},
                               [](const RecentPointer& row) { return row->call.id.view(); });
  if (inside == function.calls.end() || (*inside)->call.id.view() > summary.max_id) {
    forget_finished_calls(connection_, function.fn_no, summary.min_id, summary.max_id);
    return;
  }
  for (std::size_t i = 0; i < block.size(); ++i) {
    forget_queued_call(connection_, function.fn_no, std::string(block.id(i).view()));
  }
}

/// Rewrites a block without the calls that are selected; no change when there are none.
void WriteBatch::thin_out(const Matcher& matcher, const PruneSelection& selection,
                          const BlockHeader& header, BlockChange& change, PruneCounts& counts) {
  codec::BlockReader block = open_block(connection_, header);
  std::vector<bool> goes(block.size());
  for (std::size_t i = 0; i < block.size(); ++i) {
    goes[i] = matcher.matches(block, i, {}) && selection.allows(block.id(i).view());
  }
  if (std::ranges::find(goes, true) == goes.end()) return;
  const std::vector<codec::CallEntry> all = read_block(connection_, header);
  std::vector<const codec::CallEntry*> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!goes[i]) {
      kept.push_back(&all[i]);
      continue;
    }
    ++of_status(counts, all[i].status);
    drop_owned(all[i]);
    forget_queued_call(connection_, selection.fn_no, std::string(all[i].id.view()));
  }
  change.removed.push_back({header.summary.min_id, header.body_no});
  std::ranges::move(cut_into_blocks(kept, true), std::back_inserter(change.added));
}

}  // namespace fnstore::sqlite

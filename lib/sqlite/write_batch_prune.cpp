#include "sqlite/block_groups.h"
#include "sqlite/block_scan.h"
#include "sqlite/matcher.h"
#include "sqlite/queue_table.h"
#include "sqlite/row_table.h"
#include "sqlite/write_batch.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <set>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Blocks taken away or rewritten in one step: a transaction's worth.
constexpr std::size_t prune_blocks = 512;

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
  const bool may_own = has_details_or_logs(connection_);
  std::set<std::string> changed;  // by min_id
  BlockScan scan(connection_, matcher, selection.fn_no, position.after_id);
  do {  // one block at least, however long it took to come here
    const BlockHeader* const header = scan.next();
    if (header == nullptr || !selection.allows(header->summary.min_id)) {
      position.done = true;
      break;
    }
    const codec::BlockSummary& summary = header->summary;
    if (matcher.matches_whole(summary) && selection.allows(summary.max_id)) {
      const PruneCounts all = counts_of(summary);
      std::ranges::transform(position.counts, all, position.counts.begin(), std::plus<>());
      drop_block(function, *header, may_own);
      changed.insert(summary.min_id);
    } else {
      thin_out(matcher, selection, *header, position.counts, changed);
    }
    // What is left of a block that was thinned out is below it. Damage must not lead backwards.
    position.after_id = std::max(summary.min_id, summary.max_id);
  } while (changed.size() < prune_blocks && !is_late());
  if (changed.empty()) return;
  refresh_groups(connection_, selection.fn_no, changed);
  note_blocks(selection.fn_no, std::nullopt);
}

/// Deletes a block with all that its calls own. It is not decoded, but for the columns that say
/// what that is, and not even read where no call owns anything.
void WriteBatch::drop_block(const Function& function, const BlockHeader& header, bool may_own) {
  const codec::BlockSummary& summary = header.summary;
  std::optional<codec::BlockReader> block;
  if (may_own) block = open_columns(connection_, header);
  if (block && block->owns_anything()) {
    for (std::size_t i = 0; i < block->size(); ++i) {
      codec::CallEntry owner;
      owner.detail_no = block->detail_no(i);
      owner.log_no = block->log_no(i);
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
  } else {
    if (!block) block = open_columns(connection_, header);
    for (std::size_t i = 0; i < block->size(); ++i) {
      forget_queued_call(connection_, function.fn_no, std::string(block->id(i).view()));
    }
  }
  delete_header(connection_, function.fn_no, summary.min_id, header.body_no);
  delete_body(connection_, header.body_no);
}

/// Rewrites a block without the calls that are selected; no change when there are none.
void WriteBatch::thin_out(const Matcher& matcher, const PruneSelection& selection,
                          const BlockHeader& header, PruneCounts& counts,
                          std::set<std::string>& changed) {
  const codec::BlockSummary& summary = header.summary;
  codec::BlockReader block = open_block(connection_, header);
  std::vector<bool> goes(block.size());
  for (std::size_t i = 0; i < block.size(); ++i) {
    goes[i] = matcher.matches(block, i, {}) &&
              (!selection.below_id || selection.allows(block.id(i).view()));
  }
  if (std::ranges::find(goes, true) == goes.end()) return;
  supply_texts(connection_, header, block);
  supply_stats(connection_, header, block);
  const bool queue_keeps =
      keeps_of_finished_calls(connection_, selection.fn_no, summary.min_id, summary.max_id);
  std::vector<codec::CallEntry> kept;
  kept.reserve(block.size());
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (!goes[i]) {
      kept.push_back(block.entry(i));
      continue;
    }
    ++of_status(counts, block.status(i));
    codec::CallEntry owner;
    owner.detail_no = block.detail_no(i);
    owner.log_no = block.log_no(i);
    drop_owned(owner);
    if (!queue_keeps) continue;
    forget_queued_call(connection_, selection.fn_no, std::string(block.id(i).view()));
  }
  std::vector<const codec::CallEntry*> places;
  for (const codec::CallEntry& call : kept) places.push_back(&call);
  delete_header(connection_, selection.fn_no, summary.min_id, header.body_no);
  changed.insert(summary.min_id);
  std::vector<codec::EncodedBlock> rest = cut_into_blocks(places, true);
  if (rest.empty()) delete_body(connection_, header.body_no);
  for (std::size_t i = 0; i < rest.size(); ++i) {  // the first takes the place of the old body
    const std::int64_t body_no = i == 0 ? header.body_no : state_.next_body_no++;
    put_block(connection_, selection.fn_no, body_no, rest[i]);
    changed.insert(rest[i].summary.min_id);
  }
}

}  // namespace fnstore::sqlite

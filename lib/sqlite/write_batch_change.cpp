#include "codec/detail_blob.h"
#include "codec/stats_blob.h"
#include "sqlite/conversion.h"
#include "sqlite/row_table.h"
#include "sqlite/write_batch.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fnstore::sqlite {

void take_step(codec::CallEntry& call, const Transition& step, Timestamp now) {
  const std::int64_t at = to_milliseconds(step.at ? step.at : now);
  if (step.to == Status::running) call.started = at;
  if (step.to == Status::queued) call.started = codec::no_time;
  if (is_finished(step.to)) call.completed = at;
  call.status = step.to;
  call.error = step.error;
  if (!step.stats.empty()) call.stats = codec::encode_stats(merge_samples(step.stats));
}

void check_step(Status from, Status to, std::string_view id) {
  if (is_legal_transition(from, to)) return;
  throw Error(Errc::conflict, fmt::format("call {} is {} and cannot become {}: nothing was changed",
                                          id, to_string(from), to_string(to)));
}

/// Where a call is kept that must be there.
std::pair<WriteBatch::Work*, WriteBatch::Place> WriteBatch::require(const CallKey& key) {
  Work* const work = find_work(key.fn_id);
  std::optional<Place> place;
  if (work != nullptr) place = find(*work, key.id);
  if (!place) throw Error(Errc::not_found, "Call not found");
  return {work, std::move(*place)};
}

codec::CallEntry WriteBatch::entry_at(const Place& place, std::string_view id) {
  if (place.row) {
    codec::CallEntry call = place.row->call;
    if (place.row->stats_in_row) call.stats = read_row_stats(connection_, place.row->row_no);
    return call;
  }
  codec::BlockReader block = open_block(connection_, *place.block);
  supply_texts(connection_, *place.block, block);
  supply_stats(connection_, *place.block, block);
  return block.entry(block.lower_bound(id));
}

/// A changed row gets a new number, so that other processes find it among the new ones.
void WriteBatch::replace_row(Work& work, const RecentCall& old, codec::CallEntry&& call) {
  forget_row(old.row_no);
  add_row(work, std::move(call));
}

void WriteBatch::drop_owned(const codec::CallEntry& call) {
  if (call.detail_no != 0) delete_detail(connection_, static_cast<std::int64_t>(call.detail_no));
  if (call.log_no > codec::empty_log_no) {
    delete_log(connection_, static_cast<std::int64_t>(call.log_no));
  }
}

/// Rewrites a block with one of its calls changed, or left out where `keep` says no.
void WriteBatch::edit_block(Work& work, const BlockHeader& header, const std::string& id,
                            const std::function<bool(codec::CallEntry&)>& keep) {
  std::vector<codec::CallEntry> all = read_block(connection_, header);
  std::vector<const codec::CallEntry*> calls;
  for (codec::CallEntry& call : all) {
    if (call.id.view() != id || keep(call)) calls.push_back(&call);
  }
  BlockChange change;
  change.removed.push_back({header.summary.min_id, header.body_no});
  if (!calls.empty()) change.added = cut_into_blocks(calls, true);
  change_blocks(work.fn_no, change, std::nullopt);
}

std::string WriteBatch::read_detail_of(const codec::CallEntry& call) {
  return read_detail(connection_, static_cast<std::int64_t>(call.detail_no));
}

void WriteBatch::exchange_log(codec::CallEntry& call, std::string_view bytes) {
  if (call.log_no > codec::empty_log_no) {
    delete_log(connection_, static_cast<std::int64_t>(call.log_no));
  }
  call.log_no = store_log(bytes);
}

void WriteBatch::transition(const TransitionRequest& request, WriteRequest& outcome) {
  const auto [work, place] = require(request.key);
  const Transition& step = *request.step;
  codec::CallEntry call = entry_at(place, request.key.id);
  check_step(call.status, step.to, request.key.id);
  take_step(call, step, outcome.now);
  outcome.call = whole_call(request.key.fn_id, call);
  replace_row(*work, *place.row, std::move(call));
  follow_in_queue(work->fn_no, request.key.id, step.to);
}

void WriteBatch::put_log(const LogRequest& request) {
  const auto [work, place] = require(request.key);
  if (place.block) {
    edit_block(*work, *place.block, std::string(request.key.id), [&](codec::CallEntry& call) {
      exchange_log(call, request.bytes);
      return true;
    });
    return;
  }
  codec::CallEntry call = entry_at(place, request.key.id);
  exchange_log(call, request.bytes);
  replace_row(*work, *place.row, std::move(call));
}

void WriteBatch::remove(const RemoveRequest& request) {
  const auto [work, place] = require(request.key);
  if (place.row && !is_finished(place.row->call.status)) {
    throw Error(Errc::conflict, fmt::format("call {} is {}: only a finished call can be deleted",
                                            request.key.id, to_string(place.row->call.status)));
  }
  erase(*work, place, std::string(request.key.id));
}

}  // namespace fnstore::sqlite

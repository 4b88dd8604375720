#include "codec/detail_blob.h"
#include "codec/frame.h"
#include "codec/stats_blob.h"
#include "sqlite/conversion.h"
#include "sqlite/queue_table.h"
#include "sqlite/write_batch.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Delayed calls queued in one transaction; more follow in the next.
constexpr std::size_t due_at_once = 256;

constexpr const char* lost_error = "lost: the process that ran the call is gone";

std::int64_t number_of(const Worker& worker) {
  return static_cast<std::int64_t>(worker.number);
}

/// The order in which calls are handed out.
bool goes_first(const QueueRow& a, const QueueRow& b) {
  return a.priority != b.priority ? a.priority > b.priority : a.queue_no < b.queue_no;
}

Error not_held(std::string_view id, int attempt) {
  return Error(Errc::conflict,
               fmt::format("call {} is not held with attempt {} by this worker any more: it was "
                           "cancelled, or the lease ran out: nothing was changed",
                           id, attempt));
}

}  // namespace

/// The worker takes something: its lease begins, or lasts as long again. A lease that has most of
/// its time left stays, which spares a page.
void WriteBatch::extend_lease(const Worker& worker, Timestamp now) {
  const std::int64_t until = to_milliseconds(now + worker.lease);
  const std::optional<std::int64_t> before = lease_of(connection_, number_of(worker));
  if (!before) {
    insert_worker(connection_, number_of(worker), until);
  } else if (until - *before > worker.lease.count() / 8) {
    renew_worker(connection_, number_of(worker), until);
  }
}

const std::string& WriteBatch::fn_id_of(std::uint32_t fn_no) const {
  if (fn_no >= 1 && fn_no <= index_.functions().size()) return index_.functions()[fn_no - 1].fn_id;
  const std::size_t place = fn_no - index_.functions().size() - 1;
  if (fn_no == 0 || place >= new_functions_.size()) {
    throw Error(Errc::corrupt,
                "table queue names a function that is not there: the file is damaged: restore it "
                "from a backup");
  }
  return new_functions_[place];
}

Call WriteBatch::whole_call(std::string_view fn_id, const codec::CallEntry& entry) {
  const App& app = entry.app_no < index_.app_count() ? index_.app(entry.app_no)
                                                     : new_apps_[entry.app_no - index_.app_count()];
  Call call = to_call(codec::CallEntry(entry), fn_id, app);
  if (entry.detail_no != 0) {
    codec::decode_detail(read_detail_of(entry), call);
  }
  return call;
}

void WriteBatch::enqueue(EnqueueRequest& request, WriteRequest& outcome) {
  const Call& call = *request.call;
  Work* work = find_work(call.fn_id);
  if (work != nullptr && !request.idempotency_key.empty()) {
    std::optional<std::string> existing =
        find_idempotency_key(connection_, work->fn_no, request.idempotency_key);
    if (existing) {
      request.existing_id = std::move(*existing);
      return;
    }
  }
  insert_row_at(InsertRequest{std::span(&call, 1), {}, OnConflict::error}, 0, outcome);
  work = &work_for(call.fn_id);
  QueueRow row;
  row.fn_no = work->fn_no;
  row.id = call.id;
  row.priority = call.priority;
  row.runner = request.runner;
  row.due_ms = to_milliseconds(call.created_at ? call.created_at : outcome.now);
  if (request.holder != nullptr) {
    extend_lease(*request.holder, outcome.now);
    row.state = QueueState::claimed;
    row.attempt = 1;
    row.worker_no = number_of(*request.holder);
  } else if (call.status == Status::delayed) {
    row.state = QueueState::delayed;
    row.due_ms += std::int64_t{1'000} * call.delay;
  }
  insert_queue_row(connection_, row);
  if (!request.idempotency_key.empty()) {
    insert_idempotency_key(connection_, row.fn_no, request.idempotency_key, call.id);
  }
  queue_news_ = queue_news_ || request.holder == nullptr;
}

/// Takes a call of the queue one step further; nothing when it is gone or in another state.
std::optional<codec::CallEntry> WriteBatch::step_queued(const QueueRow& row, Status from,
                                                        const Transition& step, Timestamp now) {
  Work* const work = find_work(fn_id_of(row.fn_no));
  std::optional<Place> place;
  if (work != nullptr) place = find(*work, row.id);
  if (!place || !place->row || place->row->call.status != from) return std::nullopt;
  codec::CallEntry entry = entry_at(*place, row.id);
  take_step(entry, step, now);
  replace_row(*work, *place->row, codec::CallEntry(entry));
  return entry;
}

/// Ends a session. Its async calls wait again in their old places; all else it held ends.
void WriteBatch::release_worker(std::int64_t worker_no, Timestamp now) {
  for (const QueueRow& row : claimed_rows(connection_, worker_no)) {
    Work* const work = find_work(fn_id_of(row.fn_no));
    std::optional<Place> place;
    if (work != nullptr) place = find(*work, row.id);
    const bool is_row = place && place->row;
    if (is_row && place->row->call.type == CallType::async &&
        place->row->call.status == Status::running) {
      step_queued(row, Status::running, {.to = Status::queued}, now);
      release_queue_row(connection_, row.queue_no);
      queue_news_ = true;
      continue;
    }
    if (is_row && !is_finished(place->row->call.status)) {
      const Status status = place->row->call.status;
      const Status end = status == Status::running ? Status::error : Status::cancelled;
      step_queued(row, status, {.to = end, .error = lost_error}, now);
    }
    delete_queue_row(connection_, row.fn_no, row.id);
  }
  delete_worker(connection_, worker_no);
  changed_ = true;
}

void WriteBatch::sweep_queue(Timestamp now) {
  const std::int64_t now_ms = to_milliseconds(now);
  for (const std::int64_t worker_no : expired_workers(connection_, now_ms)) {
    release_worker(worker_no, now);
  }
  for (const QueueRow& row : due_rows(connection_, now_ms, due_at_once)) {
    changed_ = true;
    if (step_queued(row, Status::delayed, {.to = Status::queued}, now)) {
      queue_at_end(connection_, row.queue_no);
      queue_news_ = true;
    } else {
      delete_queue_row(connection_, row.fn_no, row.id);
    }
  }
}

/// The first calls that wait and fit the wish, in order.
std::vector<QueueRow> WriteBatch::first_waiting(const ClaimWish& wish) {
  std::vector<QueueRow> rows;
  if (wish.most == 0) return rows;
  if (wish.commands > 0) rows = waiting_commands(connection_, std::min(wish.commands, wish.most));
  for (const FunctionRoom& room : wish.functions) {
    const Work* const work = room.calls == 0 ? nullptr : find_work(room.fn_id);
    if (work == nullptr) continue;
    std::vector<QueueRow> more =
        waiting_calls(connection_, work->fn_no, std::min(room.calls, wish.most));
    std::move(more.begin(), more.end(), std::back_inserter(rows));
  }
  std::sort(rows.begin(), rows.end(), goes_first);
  if (rows.size() > wish.most) rows.resize(wish.most);
  return rows;
}

void WriteBatch::claim(ClaimRequest& request, WriteRequest& outcome) {
  for (HeldEnd& end : request.ends) {
    try {
      settle({end.key, request.worker, end.attempt, &end.settlement}, outcome);
      end.call = std::move(outcome.call);
    } catch (const Error& error) {
      if (error.code() != Errc::conflict && error.code() != Errc::not_found) throw;
      end.refusal = error;
    }
  }
  sweep_queue(outcome.now);
  for (const QueueRow& row : first_waiting(*request.wish)) {
    changed_ = true;
    const auto entry = step_queued(row, Status::queued, {.to = Status::running}, outcome.now);
    if (!entry) {
      delete_queue_row(connection_, row.fn_no, row.id);
      continue;
    }
    claim_queue_row(connection_, row.queue_no, number_of(request.worker), row.attempt + 1);
    request.handout.claims.push_back(
        {whole_call(fn_id_of(row.fn_no), *entry), static_cast<int>(row.attempt + 1), row.runner});
  }
  if (!request.handout.claims.empty()) extend_lease(request.worker, outcome.now);
  request.handout.next = next_event();
}

void WriteBatch::settle(const SettleRequest& request, WriteRequest& outcome) {
  const auto [work, place] = require(request.key);
  const std::optional<QueueRow> row = find_queue_row(connection_, work->fn_no, request.key.id);
  if (!row || row->state != QueueState::claimed || row->worker_no != number_of(request.worker) ||
      row->attempt != request.attempt) {
    throw not_held(request.key.id, request.attempt);
  }
  const Settlement& settlement = *request.settlement;
  codec::CallEntry call = entry_at(place, request.key.id);
  check_step(call.status, settlement.step.to, request.key.id);
  take_step(call, settlement.step, outcome.now);
  if (settlement.started_at && call.started != codec::no_time) {
    call.started = to_milliseconds(settlement.started_at);
  }
  if (settlement.log) exchange_log(call, *settlement.log);
  outcome.call = whole_call(request.key.fn_id, call);
  replace_row(*work, *place.row, std::move(call));
  if (settlement.step.to == Status::queued) {
    release_queue_row(connection_, row->queue_no);
    queue_news_ = true;
  } else if (is_finished(settlement.step.to)) {
    delete_queue_row(connection_, row->fn_no, row->id);
    if (settlement.result) {
      insert_result(connection_, row->fn_no, row->id, codec::make_frame(*settlement.result));
    }
  }
}

void WriteBatch::lease(const LeaseRequest& request, Timestamp now) {
  const std::int64_t worker_no = number_of(request.worker);
  const bool has_lease = lease_of(connection_, worker_no).has_value();
  if (request.ends) {
    if (has_lease) release_worker(worker_no, now);
    return;
  }
  if (!has_lease) {
    throw Error(Errc::conflict,
                "the worker has no lease to renew: it ran out, and what it held was taken back");
  }
  renew_worker(connection_, worker_no, to_milliseconds(now + request.worker.lease));
  changed_ = true;
}

void WriteBatch::sweep(SweepRequest& request, Timestamp now) {
  sweep_queue(now);
  request.next = next_event();
}

std::optional<Timestamp> WriteBatch::next_event() {
  const std::optional<std::int64_t> next = next_queue_event(connection_);
  if (!next) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(*next));
}

/// A call in the queue that was moved on by hand, not by its worker.
void WriteBatch::follow_in_queue(std::uint32_t fn_no, std::string_view id, Status status) {
  const std::optional<QueueRow> row = find_queue_row(connection_, fn_no, id);
  if (!row) return;
  queue_news_ = true;
  if (status != Status::queued) {
    delete_queue_row(connection_, fn_no, id);
  } else if (row->state == QueueState::delayed) {
    queue_at_end(connection_, row->queue_no);
  } else {
    release_queue_row(connection_, row->queue_no);
  }
}

}  // namespace fnstore::sqlite

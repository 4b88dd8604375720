#include "sqlite/write_batch.h"

#include "sqlite/queue_table.h"
#include "sqlite/row_batch_table.h"
#include "sqlite/row_table.h"

#include <algorithm>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_savepoint = "SAVEPOINT request";
constexpr const char* sql_release = "RELEASE request";
constexpr const char* sql_rollback_to = "ROLLBACK TO request";

constexpr const char* sql_insert_fn =
    "INSERT INTO fns (fn_no, fn_id, packed_to, blocks_seq, max_block_id) VALUES (?, ?, 0, 0, NULL)";

constexpr const char* sql_change_fn =
    "UPDATE fns SET packed_to = max(packed_to, ?), blocks_seq = ?, max_block_id = ? "
    "WHERE fn_no = ?";

// Steps once a page; a step may move the last page of the file into a hole.
constexpr const char* sql_vacuum_some = "PRAGMA incremental_vacuum";
constexpr const char* sql_free_pages = "PRAGMA freelist_count";
constexpr int vacuum_pages = 16;  // from one look at the clock to the next

constexpr std::size_t recent_chunk = 64;

/// A batch of rows ends at so many calls or bytes; one that would hold fewer calls than that is
/// stored as plain rows, which any SQLite tool can read.
constexpr std::size_t most_batched_calls = 1'024;
constexpr std::size_t most_batched_bytes = std::size_t{256} << 10;
constexpr std::size_t fewest_batched_calls = 16;

bool is_refusal(const Error& error) {
  return error.code() == Errc::conflict || error.code() == Errc::not_found ||
         error.code() == Errc::invalid;
}

}  // namespace

WriteBatch::WriteBatch(Connection& connection, const RecentIndex& index, const StoreState& state)
    : connection_(connection), index_(index), state_(state) {
  ++state_.commit_seq;
}

void WriteBatch::run(WriteRequest& request) {
  if (auto* const inserted = std::get_if<InsertRequest>(&request.body)) {
    if (inserted->size() > 1) {
      run_whole(request, [&] { insert(*inserted, request); });
      return;
    }
  }
  try {
    if (auto* const inserted = std::get_if<InsertRequest>(&request.body)) {
      insert(*inserted, request);
    } else if (auto* const step = std::get_if<TransitionRequest>(&request.body)) {
      transition(*step, request);
    } else if (auto* const log = std::get_if<LogRequest>(&request.body)) {
      put_log(*log);
    } else if (auto* const removal = std::get_if<RemoveRequest>(&request.body)) {
      remove(*removal);
    } else {
      run_queue_request(request);
    }
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    request.error = error;
  }
}

void WriteBatch::run_queue_request(WriteRequest& request) {
  if (auto* const enqueued = std::get_if<EnqueueRequest>(&request.body)) {
    enqueue(*enqueued, request);
  } else if (auto* const claimed = std::get_if<ClaimRequest>(&request.body)) {
    claim(*claimed, request);
  } else if (auto* const settled = std::get_if<SettleRequest>(&request.body)) {
    settle(*settled, request);
  } else if (auto* const leased = std::get_if<LeaseRequest>(&request.body)) {
    lease(*leased, request.now);
  } else {
    sweep(std::get<SweepRequest>(request.body), request.now);
  }
}

/// Runs work of many steps so that a refusal takes back the steps before it.
void WriteBatch::run_whole(WriteRequest& request, const std::function<void()>& work) {
  Mark mark{state_, changed_, rows_.size(), new_functions_.size(), new_apps_.size(), blocks_};
  connection_.run(sql_savepoint);
  try {
    work();
    connection_.run(sql_release);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    connection_.run(sql_rollback_to);
    connection_.run(sql_release);
    roll_back(std::move(mark));
    request.counts = {};
    request.error = error;
  }
}

void WriteBatch::roll_back(Mark&& mark) {
  state_ = mark.state;
  changed_ = mark.changed;
  rows_.resize(mark.rows);
  pending_rows_ = {};
  batching_rows_ = false;
  new_functions_.resize(mark.functions);
  new_apps_.resize(mark.apps);
  blocks_ = std::move(mark.blocks);
  works_.clear();
  works_by_number_.clear();
  last_found_ = {};
  new_function_numbers_.clear();
  auto number = static_cast<std::uint32_t>(index_.functions().size());
  for (const std::string& fn_id : new_functions_) new_function_numbers_[fn_id] = ++number;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint32_t fn_no = rows_[i].fn_no;
    const bool known = fn_no <= index_.functions().size();
    Work& work = work_of(fn_no, known ? &index_.functions()[fn_no - 1] : nullptr);
    work.last_row = i;
    const std::shared_ptr<RecentCall>& call = rows_[i].call;
    if (call && call->call.id > work.max_id) work.max_id = call->call.id;
  }
}

WriteBatch::Work& WriteBatch::work_of(std::uint32_t fn_no, const Function* known) {
  Work*& place = works_by_number_[fn_no];
  if (place != nullptr) return *place;
  Work& work = works_.emplace_back();
  place = &work;
  work.fn_no = fn_no;
  work.known = known;
  work.max_id = max_block_id(work);
  if (known != nullptr && !known->calls.empty() && known->calls.back()->call.id > work.max_id) {
    work.max_id = known->calls.back()->call.id;
  }
  return work;
}

/// The function's work; null when no call of it was ever recorded.
WriteBatch::Work* WriteBatch::find_work(std::string_view fn_id) {
  if (last_found_.second != nullptr && last_found_.first == fn_id) return last_found_.second;
  if (const Function* const known = index_.find_function(fn_id)) {
    last_found_ = {known->fn_id, &work_of(known->fn_no, known)};
    return last_found_.second;
  }
  const auto added = new_function_numbers_.find(fn_id);
  return added == new_function_numbers_.end() ? nullptr : &work_of(added->second, nullptr);
}

WriteBatch::Work& WriteBatch::work_for(const std::string& fn_id) {
  if (Work* const found = find_work(fn_id)) return *found;
  new_functions_.push_back(fn_id);
  const auto number = static_cast<std::uint32_t>(index_.functions().size() + new_functions_.size());
  new_function_numbers_[new_functions_.back()] = number;
  SQLite::Statement& statement = connection_.statement(sql_insert_fn);
  statement.bind(1, number);
  statement.bindNoCopy(2, fn_id);
  statement.exec();
  statement.reset();
  return work_of(number, nullptr);
}

const std::string& WriteBatch::max_block_id(const Work& work) const {
  static const std::string none;
  const auto changed = blocks_.find(work.fn_no);
  if (changed != blocks_.end()) return changed->second.max_block_id;
  return work.known == nullptr ? none : work.known->max_block_id;
}

std::optional<WriteBatch::Place> WriteBatch::find_packed(const Work& work, const std::string& id) {
  if (id > max_block_id(work)) return std::nullopt;
  auto header = block_at_or_below(connection_, work.fn_no, id);
  if (!header || header->summary.max_id < id) return std::nullopt;
  codec::BlockReader block = open_block(connection_, *header);
  const std::size_t at = block.lower_bound(id);
  if (at == block.size() || block.id(at).view() != id) return std::nullopt;
  return Place{nullptr, std::move(header)};
}

void WriteBatch::index_rows(Work& work) const {
  std::vector<std::size_t> fresh;
  for (std::size_t at = work.last_row; at != no_row && at >= work.indexed_rows;
       at = rows_[at].before) {
    fresh.push_back(at);
  }
  work.indexed_rows = rows_.size();
  for (auto at = fresh.rbegin(); at != fresh.rend(); ++at) {
    const RowEffect& row = rows_[*at];
    work.newest_row[row.call ? row.call->call.id.view() : std::string_view(row.gone_id)] = *at;
  }
}

std::optional<WriteBatch::Place> WriteBatch::find(Work& work, std::string_view id) {
  if (id > work.max_id.view()) return std::nullopt;
  index_rows(work);
  const auto in_batch = work.newest_row.find(id);
  if (in_batch != work.newest_row.end()) {
    const RowEffect& row = rows_[in_batch->second];
    if (row.call) return Place{row.call, std::nullopt};
  } else if (work.known != nullptr) {
    if (RecentPointer row = index_.find(*work.known, id))
      return Place{std::move(row), std::nullopt};
  }
  return find_packed(work, std::string(id));
}

/// Recent calls are made some dozens at a time: fewer allocations, and a call that stays long keeps
/// only its few neighbours.
std::shared_ptr<RecentCall> WriteBatch::new_recent() {
  if (chunk_ == nullptr || chunk_->size() == chunk_->capacity()) {
    chunk_ = std::make_shared<std::vector<RecentCall>>();
    chunk_->reserve(rows_.empty() ? 1 : recent_chunk);
  }
  return {chunk_, &chunk_->emplace_back()};
}

void WriteBatch::add_row(Work& work, codec::CallEntry&& call) {
  // A call whose stats stay out of memory needs a row in which they are found at once.
  const bool batched =
      batching_rows_ && is_finished(call.status) && call.stats.size() <= stats_in_memory;
  if (!batched) store_pending_rows();
  const std::int64_t row_no = state_.next_row_no++;
  if (batched) {
    pending_rows_.add(work.fn_no, call);
  } else {
    insert_row(connection_, row_no, work.fn_no, call);
  }
  const std::shared_ptr<RecentCall> recent = new_recent();
  recent->call = std::move(call);
  recent->row_no = row_no;
  if (recent->call.id > work.max_id) work.max_id = recent->call.id;
  add_effect(work, {}, recent);
  if (pending_rows_.calls() == most_batched_calls || pending_rows_.bytes() > most_batched_bytes) {
    store_pending_rows();
  }
}

void WriteBatch::add_effect(Work& work, std::string gone_id, std::shared_ptr<RecentCall> call) {
  rows_.push_back({work.fn_no, work.last_row, std::move(gone_id), std::move(call)});
  work.last_row = rows_.size() - 1;
  changed_ = true;
}

void WriteBatch::store_pending_rows() {
  const std::size_t calls = pending_rows_.calls();
  if (calls == 0) return;
  const std::string batch = pending_rows_.finish();
  if (calls >= fewest_batched_calls) {
    const auto first = state_.next_row_no - static_cast<std::int64_t>(calls);
    insert_row_batch(connection_, first, state_.next_row_no - 1, batch);
    return;
  }
  for (std::size_t i = rows_.size() - calls; i < rows_.size(); ++i) {
    insert_row(connection_, rows_[i].call->row_no, rows_[i].fn_no, rows_[i].call->call);
  }
}

/// Deletes a row that is no longer true, out of its batch where it is in one.
void WriteBatch::forget_row(std::int64_t row_no) {
  if (delete_row(connection_, row_no)) return;
  if (dissolve_row_batch(connection_, row_no, state_.trimmed_to)) delete_row(connection_, row_no);
}

/// Deletes a call with all it owns.
void WriteBatch::erase(Work& work, const Place& place, const std::string& id) {
  store_pending_rows();
  forget_queued_call(connection_, work.fn_no, id);
  if (place.block) {
    edit_block(work, *place.block, id, [&](codec::CallEntry& call) {
      drop_owned(call);
      return false;
    });
    return;
  }
  drop_owned(place.row->call);
  forget_row(place.row->row_no);
  insert_deletion(connection_, state_.next_row_no++, work.fn_no, id);
  add_effect(work, id, nullptr);
}

void WriteBatch::change_blocks(std::uint32_t fn_no, const BlockChange& change,
                               std::optional<std::int64_t> packed_to) {
  apply_change(connection_, fn_no, change, state_.next_body_no);
  note_blocks(fn_no, packed_to);
}

/// After a change of a function's blocks.
void WriteBatch::note_blocks(std::uint32_t fn_no, std::optional<std::int64_t> packed_to) {
  state_.blocks_seq = state_.commit_seq;
  BlocksEffect& effect = blocks_[fn_no];
  effect.max_block_id = greatest_block_id(connection_, fn_no);
  if (packed_to) effect.packed_to = packed_to;
  SQLite::Statement& update = connection_.statement(sql_change_fn);
  update.bind(1, packed_to.value_or(0));
  update.bind(2, state_.blocks_seq);
  if (effect.max_block_id.empty()) {
    update.bind(3);
  } else {
    update.bindNoCopy(3, effect.max_block_id);
  }
  update.bind(4, fn_no);
  update.exec();
  update.reset();
  changed_ = true;
}

void WriteBatch::trim(std::int64_t up_to) {
  trim_rows(connection_, state_.trimmed_to, up_to);
  state_.trimmed_to = std::max(state_.trimmed_to, up_to);
  changed_ = true;
}

bool WriteBatch::give_back_pages(int spare, const std::function<bool()>& is_late) {
  SQLite::Statement& count = connection_.statement(sql_free_pages);
  const int free_pages = count.executeStep() ? count.getColumn(0).getInt() : 0;
  count.reset();
  if (free_pages <= spare) return false;
  SQLite::Statement& vacuum = connection_.statement(sql_vacuum_some);
  int pages = 0;
  while (pages < free_pages - spare && vacuum.executeStep()) {
    if (++pages % vacuum_pages == 0 && is_late()) break;
  }
  vacuum.reset();
  changed_ = true;
  return free_pages - pages > spare;
}

void WriteBatch::seal() {
  write_state(connection_, state_);
}

void WriteBatch::apply(RecentIndex& index) {
  for (std::string& fn_id : new_functions_) index.add_function(std::move(fn_id));
  for (App& app : new_apps_) index.add_app(std::move(app));
  std::vector<std::uint32_t> packed;
  for (auto& [fn_no, effect] : blocks_) {
    Function& function = index.function(fn_no);
    function.max_block_id = std::move(effect.max_block_id);
    function.blocks_seq = state_.commit_seq;
    if (!effect.packed_to) continue;
    function.packed_to = std::max(function.packed_to, *effect.packed_to);
    packed.push_back(fn_no);
  }
  if (!packed.empty()) index.drop_packed(packed);
  for (RowEffect& row : rows_) {
    Function& function = index.function(row.fn_no);
    if (!row.call) {
      index.erase(function, row.gone_id);
      continue;
    }
    row.call->function = &function;
    if (row.call->call.stats.size() > stats_in_memory) {
      row.call->stats_in_row = true;
      std::string().swap(row.call->call.stats);
    }
    index.put(std::move(row.call));
  }
  index.last_row_no = state_.next_row_no - 1;
  index.blocks_seq = state_.blocks_seq;
  index.seq = state_.commit_seq;
}

}  // namespace fnstore::sqlite

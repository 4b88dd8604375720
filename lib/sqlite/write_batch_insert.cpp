#include "codec/detail_blob.h"
#include "codec/frame.h"
#include "sqlite/conversion.h"
#include "sqlite/encoding_round.h"
#include "sqlite/gathered_calls.h"
#include "sqlite/row_table.h"
#include "sqlite/write_batch.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Finished calls go straight into blocks from this many of one function on, in a request of so
/// many. A smaller one would rewrite the last blocks of many functions for few calls each.
constexpr std::size_t worth_packing = 128;
constexpr std::size_t bulk_request = 4'096;

/// Calls whose blocks are encoded while those of the next are prepared.
constexpr std::size_t encoding_round = 8'192;

/// From this many calls in one request on that get rows, these are stored in batches.
constexpr std::size_t worth_batching = 64;

constexpr const char* sql_insert_app =
    "INSERT INTO apps (app_no, app_id, app_name) VALUES (?, ?, ?)";

Error already_there(const Call& call) {
  return Error(Errc::conflict, fmt::format("call {} of function {} exists already: nothing was "
                                           "changed",
                                           call.id, call.fn_id));
}

/// Puts calls of one function in order of id and settles equal ids among them.
void sort_by_id(const InsertRequest& request, const GatheredCalls& gathered,
                std::vector<codec::CallEntry*>& calls, InsertCounts& counts) {
  std::stable_sort(
      calls.begin(), calls.end(),
      [](const codec::CallEntry* a, const codec::CallEntry* b) { return a->id < b->id; });
  std::vector<codec::CallEntry*> kept;
  kept.reserve(calls.size());
  for (codec::CallEntry* const call : calls) {
    if (kept.empty() || kept.back()->id != call->id) {
      kept.push_back(call);
    } else if (request.on_conflict == OnConflict::error) {
      throw already_there(request.call(gathered.position(call)));
    } else if (request.on_conflict == OnConflict::skip) {
      ++counts.skipped;
    } else {
      kept.back() = call;
      ++counts.inserted;  // the one it replaces was recorded too
    }
  }
  calls = std::move(kept);
}

}  // namespace

void WriteBatch::insert(const InsertRequest& request, WriteRequest& outcome) {
  if (request.size() >= bulk_request) {
    insert_bulk(request, outcome);
    return;
  }
  batching_rows_ = request.size() >= worth_batching;
  for (std::size_t i = 0; i < request.size(); ++i) insert_row_at(request, i, outcome);
  store_pending_rows();
  batching_rows_ = false;
}

/// While some blocks are encoded, the next are prepared, and the calls that get rows come last.
void WriteBatch::insert_bulk(const InsertRequest& request, WriteRequest& outcome) {
  GatheredCalls gathered(request, index_, outcome.now);
  std::vector<codec::CallEntry*> single;
  std::deque<PackedInsert> prepared;
  std::size_t calls = 0;
  std::optional<EncodingRound> round;
  const auto next_round = [&] {
    if (round) store_encoded(*round);
    round.emplace(std::exchange(prepared, {}));
    calls = 0;
  };
  for (GatheredFunction& function : gathered.functions()) {
    if (function.calls.size() < worth_packing || !function.all_finished) {
      single.insert(single.end(), function.calls.begin(), function.calls.end());
      continue;
    }
    if (!function.rising) sort_by_id(request, gathered, function.calls, outcome.counts);
    calls += prepare_packed(request, gathered, function, outcome, prepared);
    if (calls >= encoding_round) next_round();
  }
  next_round();
  std::sort(single.begin(), single.end());  // in the order of the request
  batching_rows_ = single.size() >= worth_batching;
  for (codec::CallEntry* const call : single) {
    insert_row_at(request, gathered.position(call), outcome, call);
  }
  store_pending_rows();
  batching_rows_ = false;
  store_encoded(*round);
}

void WriteBatch::store_encoded(EncodingRound& round) {
  for (const PackedInsert& insert : round.finish()) {
    change_blocks(insert.fn_no, insert.change, std::nullopt);
  }
}

/// Whether the call is to be recorded: what to do about one that exists is the request's choice.
bool WriteBatch::admit(Work& work, const InsertRequest& request, std::size_t position,
                       WriteRequest& outcome) {
  const Call& call = request.call(position);
  const std::optional<Place> existing = find(work, call.id);
  if (!existing) return true;
  if (request.on_conflict == OnConflict::error) throw already_there(call);
  if (request.on_conflict == OnConflict::skip) {
    ++outcome.counts.skipped;
    return false;
  }
  erase(work, *existing, call.id);
  return true;
}

/// `gathered` is the call's entry, which is used up, where there is one already.
void WriteBatch::insert_row_at(const InsertRequest& request, std::size_t position,
                               WriteRequest& outcome, codec::CallEntry* gathered) {
  const Call& call = request.call(position);
  Work* work = find_work(call.fn_id);
  if (work != nullptr && !admit(*work, request, position, outcome)) return;
  if (work == nullptr) work = &work_for(call.fn_id);
  codec::CallEntry entry = gathered == nullptr ? to_entry(call, outcome.now) : std::move(*gathered);
  complete(entry, *work, request, position);
  add_row(*work, std::move(entry));
  ++outcome.counts.inserted;
}

/// The calls of `function`, rising strictly by id, are planned as blocks at the end of `prepared`.
/// Returns how many of them are to be recorded.
std::size_t WriteBatch::prepare_packed(const InsertRequest& request, const GatheredCalls& gathered,
                                       GatheredFunction& function, WriteRequest& outcome,
                                       std::deque<PackedInsert>& prepared) {
  std::vector<codec::CallEntry*>& calls = function.calls;
  Work& work = work_for(request.call(gathered.position(calls.front())).fn_id);
  const bool all_new = calls.front()->id > work.max_id.view();
  if (!all_new || !function.plain) {
    std::size_t kept = 0;
    for (codec::CallEntry* const call : calls) {
      const std::size_t position = gathered.position(call);
      if (!admit(work, request, position, outcome)) continue;
      complete(*call, work, request, position);
      calls[kept++] = call;
    }
    calls.resize(kept);
    if (calls.empty()) return 0;
  }
  outcome.counts.inserted += calls.size();
  if (calls.back()->id > work.max_id) work.max_id = calls.back()->id;
  prepared.emplace_back(connection_, work.fn_no, std::move(calls));
  return prepared.back().calls.size();
}

std::uint32_t WriteBatch::app_number(Work& work, const Call& call) {
  if (work.last_app == nullptr || work.last_app->app_id != call.app_id ||
      work.last_app->app_name != call.app_name) {
    work.last_app_no = find_or_add_app(call.app_id, call.app_name);
    const std::size_t known = index_.app_count();
    work.last_app = work.last_app_no < known ? &index_.app(work.last_app_no)
                                             : &new_apps_[work.last_app_no - known];
  }
  return work.last_app_no;
}

std::uint32_t WriteBatch::find_or_add_app(const std::string& app_id, const std::string& app_name) {
  if (const auto known = index_.find_app(app_id, app_name)) return *known;
  for (std::size_t i = 0; i < new_apps_.size(); ++i) {
    if (new_apps_[i].app_id == app_id && new_apps_[i].app_name == app_name) {
      return static_cast<std::uint32_t>(index_.app_count() + i);
    }
  }
  const auto number = static_cast<std::uint32_t>(index_.app_count() + new_apps_.size());
  new_apps_.push_back({app_id, app_name});
  SQLite::Statement& statement = connection_.statement(sql_insert_app);
  statement.bind(1, number);
  statement.bindNoCopy(2, app_id);
  statement.bindNoCopy(3, app_name);
  statement.exec();
  statement.reset();
  return number;
}

/// Sets what to_entry() has left, and stores the call's request fields and log.
void WriteBatch::complete(codec::CallEntry& entry, Work& work, const InsertRequest& request,
                          std::size_t position) {
  const Call& call = request.call(position);
  entry.app_no = app_number(work, call);
  if (const std::string detail = codec::encode_detail(call); !detail.empty()) {
    entry.detail_no = static_cast<std::uint64_t>(state_.next_detail_no);
    insert_detail(connection_, state_.next_detail_no++, detail);
  }
  if (const std::string* const log = request.log(position)) entry.log_no = store_log(*log);
}

/// The number under which a log can be read; 0 is left for "no log".
std::uint64_t WriteBatch::store_log(std::string_view bytes) {
  if (bytes.empty()) return codec::empty_log_no;
  const std::int64_t number = state_.next_log_no++;
  insert_log(connection_, number, codec::make_frame(bytes));
  return static_cast<std::uint64_t>(number);
}

}  // namespace fnstore::sqlite

#include "codec/detail_blob.h"
#include "codec/frame.h"
#include "sqlite/conversion.h"
#include "sqlite/encoding_round.h"
#include "sqlite/row_table.h"
#include "sqlite/write_batch.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
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

/// The calls of one function in a request.
struct OfFunction {
  std::vector<std::size_t> positions;
  bool all_finished = true;
  bool rising = true;  // strictly, by id
};

/// In order of first appearance. Looks at each call once: a large request is in no cache.
std::vector<OfFunction> by_function(const InsertRequest& request) {
  boost::unordered_flat_map<std::string_view, std::size_t> numbers;
  std::vector<OfFunction> groups;
  std::vector<std::string_view> last_ids;
  for (std::size_t i = 0; i < request.size(); ++i) {
    const Call& call = request.call(i);
    const auto [at, added] = numbers.try_emplace(call.fn_id, groups.size());
    if (added) {
      groups.emplace_back();
      last_ids.emplace_back();
    }
    OfFunction& group = groups[at->second];
    std::string_view& last_id = last_ids[at->second];
    group.all_finished = group.all_finished && is_finished(call.status);
    group.rising = group.rising && last_id < call.id;
    last_id = call.id;
    group.positions.push_back(i);
  }
  return groups;
}

/// Puts positions in order of id and settles equal ids among them.
void sort_by_id(const InsertRequest& request, std::vector<std::size_t>& positions,
                InsertCounts& counts) {
  const auto id = [&](std::size_t position) -> const std::string& {
    return request.call(position).id;
  };
  std::stable_sort(positions.begin(), positions.end(),
                   [&](std::size_t a, std::size_t b) { return id(a) < id(b); });
  std::vector<std::size_t> kept;
  kept.reserve(positions.size());
  for (const std::size_t position : positions) {
    if (kept.empty() || id(kept.back()) != id(position)) {
      kept.push_back(position);
    } else if (request.on_conflict == OnConflict::error) {
      throw already_there(request.call(position));
    } else if (request.on_conflict == OnConflict::skip) {
      ++counts.skipped;
    } else {
      kept.back() = position;
      ++counts.inserted;  // the one it replaces was recorded too
    }
  }
  positions = std::move(kept);
}

}  // namespace

void WriteBatch::insert(const InsertRequest& request, WriteRequest& outcome) {
  if (request.size() >= bulk_request) {
    insert_bulk(request, outcome);
    return;
  }
  std::vector<std::size_t> all(request.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  insert_rows(request, all, outcome);
}

/// While some blocks are encoded, the next are prepared, and the calls that get rows come last.
void WriteBatch::insert_bulk(const InsertRequest& request, WriteRequest& outcome) {
  std::vector<std::size_t> single;
  std::deque<PackedInsert> prepared;
  std::size_t calls = 0;
  std::optional<EncodingRound> round;
  const auto next_round = [&] {
    if (round) store_encoded(*round);
    round.emplace(std::exchange(prepared, {}));
    calls = 0;
  };
  for (OfFunction& group : by_function(request)) {
    if (group.positions.size() < worth_packing || !group.all_finished) {
      single.insert(single.end(), group.positions.begin(), group.positions.end());
      continue;
    }
    if (!group.rising) sort_by_id(request, group.positions, outcome.counts);
    calls += prepare_packed(request, group.positions, outcome, prepared);
    if (calls >= encoding_round) next_round();
  }
  next_round();
  std::sort(single.begin(), single.end());
  insert_rows(request, single, outcome);
  store_encoded(*round);
}

void WriteBatch::store_encoded(EncodingRound& round) {
  for (const PackedInsert& insert : round.finish()) {
    change_blocks(insert.fn_no, insert.change, std::nullopt);
  }
}

void WriteBatch::insert_rows(const InsertRequest& request,
                             const std::vector<std::size_t>& positions, WriteRequest& outcome) {
  batching_rows_ = positions.size() >= worth_batching;
  for (const std::size_t position : positions) insert_row_at(request, position, outcome);
  store_pending_rows();
  batching_rows_ = false;
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

void WriteBatch::insert_row_at(const InsertRequest& request, std::size_t position,
                               WriteRequest& outcome) {
  const Call& call = request.call(position);
  Work* work = find_work(call.fn_id);
  if (work != nullptr && !admit(*work, request, position, outcome)) return;
  if (work == nullptr) work = &work_for(call.fn_id);
  add_row(*work, make_entry(*work, request, position, outcome.now));
  ++outcome.counts.inserted;
}

/// `positions` are of one function, rising strictly by id. Returns how many of them are recorded,
/// whose blocks are planned at the end of `prepared`.
std::size_t WriteBatch::prepare_packed(const InsertRequest& request,
                                       const std::vector<std::size_t>& positions,
                                       WriteRequest& outcome, std::deque<PackedInsert>& prepared) {
  Work& work = work_for(request.call(positions.front()).fn_id);
  std::vector<codec::CallEntry> calls;
  calls.reserve(positions.size());
  for (const std::size_t position : positions) {
    if (!admit(work, request, position, outcome)) continue;
    calls.push_back(make_entry(work, request, position, outcome.now));
  }
  if (calls.empty()) return 0;
  outcome.counts.inserted += calls.size();
  if (calls.back().id > work.max_id) work.max_id = calls.back().id;
  PackedInsert& insert = prepared.emplace_back(work.fn_no, std::move(calls));
  insert.plan.emplace(connection_, work.fn_no, insert.list);
  return insert.calls.size();
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

codec::CallEntry WriteBatch::make_entry(Work& work, const InsertRequest& request,
                                        std::size_t position, Timestamp now) {
  const Call& call = request.call(position);
  codec::CallEntry entry = to_entry(call, now);
  entry.app_no = app_number(work, call);
  if (const std::string detail = codec::encode_detail(call); !detail.empty()) {
    entry.detail_no = static_cast<std::uint64_t>(state_.next_detail_no);
    insert_detail(connection_, state_.next_detail_no++, detail);
  }
  if (const std::string* const log = request.log(position)) entry.log_no = store_log(*log);
  return entry;
}

/// The number under which a log can be read; 0 is left for "no log".
std::uint64_t WriteBatch::store_log(std::string_view bytes) {
  if (bytes.empty()) return codec::empty_log_no;
  const std::int64_t number = state_.next_log_no++;
  insert_log(connection_, number, codec::make_frame(bytes));
  return static_cast<std::uint64_t>(number);
}

}  // namespace fnstore::sqlite

#include "sqlite/calls_source.h"

#include "fnstore/error.h"

#include "sqlite/created_range.h"
#include "sqlite/row_batch_table.h"
#include "sqlite/stored_numbers.h"

#include <algorithm>
#include <compare>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_state = "SELECT commit_seq FROM main.store_state WHERE only_row = 1";

constexpr const char* sql_function_count =
    "SELECT fn_no FROM main.fns WHERE fn_no > 0 ORDER BY fn_no DESC LIMIT 1";

constexpr const char* sql_functions =
    "SELECT fn_no, fn_id, packed_to, max_block_id FROM main.fns WHERE fn_no > 0 ORDER BY fn_no";

constexpr const char* sql_row_places =
    "SELECT row_no, fn_no, id, status, created_ms FROM main.call_rows WHERE row_no > 0 "
    "ORDER BY row_no";

constexpr const char* sql_batches =
    "SELECT last_row_no, first_row_no, body FROM main.row_batches WHERE last_row_no > 0 "
    "ORDER BY last_row_no";

constexpr const char* sql_row =
    "SELECT id, status, type, app_no, created_ms, started_ms, completed_ms, trigger_id, error, "
    "stats FROM main.call_rows WHERE row_no = ?";

constexpr const char* sql_app = "SELECT app_id, app_name FROM main.apps WHERE app_no = ?";

constexpr const char* sql_groups =
    "SELECT fence_id, calls, errors, cancelled, min_created_ms, max_created_ms "
    "FROM main.block_groups WHERE fn_no = ? ORDER BY fence_id";

constexpr const char* sql_first_block =
    "SELECT min_id FROM main.call_blocks WHERE fn_no = ? AND min_id <= ? "
    "ORDER BY min_id DESC LIMIT 1";

constexpr const char* sql_blocks_up =
    "SELECT min_id, max_id, calls, errors, cancelled, min_created_ms, max_created_ms, body_no, "
    "checksum FROM main.call_blocks WHERE fn_no = ? AND min_id >= ? AND min_id < ? "
    "ORDER BY min_id";

constexpr const char* sql_blocks_down =
    "SELECT min_id, max_id, calls, errors, cancelled, min_created_ms, max_created_ms, body_no, "
    "checksum FROM main.call_blocks WHERE fn_no = ? AND min_id >= ? AND min_id < ? "
    "ORDER BY min_id DESC";

constexpr const char* sql_block_columns = "SELECT columns FROM main.block_bodies WHERE body_no = ?";
constexpr const char* sql_block_texts = "SELECT texts FROM main.block_bodies WHERE body_no = ?";
constexpr const char* sql_block_stats = "SELECT stats FROM main.block_bodies WHERE body_no = ?";

StoredSummary summary_at(const HandleStatement& query, int column) {
  StoredSummary summary;
  summary.calls = stored_count(query.number(column));
  summary.errors = stored_count(query.number(column + 1));
  summary.cancelled = stored_count(query.number(column + 2));
  summary.min_created = query.number(column + 3);
  summary.max_created = query.number(column + 4);
  return summary;
}

const StoredFunction& function_of(const CallsSnapshot& made, std::int64_t fn_no) {
  if (fn_no < 1 || fn_no > static_cast<std::int64_t>(made.functions.size())) {
    fail_stored("a row names a function that is not there");
  }
  return made.functions[static_cast<std::size_t>(fn_no) - 1];
}

}  // namespace

std::span<const RowPlace> CallsSnapshot::rows_of(std::uint32_t fn_no) const {
  const auto first = std::ranges::lower_bound(rows, fn_no, {}, &RowPlace::fn_no);
  return {first, std::ranges::upper_bound(first, rows.end(), fn_no, {}, &RowPlace::fn_no)};
}

CallsSource::CallsSource(sqlite3* handle)
    : state_(handle, sql_state),
      function_count_(handle, sql_function_count),
      functions_(handle, sql_functions),
      rows_(handle, sql_row_places),
      row_(handle, sql_row),
      batches_(handle, sql_batches),
      app_(handle, sql_app),
      groups_(handle, sql_groups),
      first_block_(handle, sql_first_block),
      blocks_up_(handle, sql_blocks_up),
      blocks_down_(handle, sql_blocks_down),
      columns_(handle, sql_block_columns),
      texts_(handle, sql_block_texts),
      stats_(handle, sql_block_stats) {}

std::int64_t CallsSource::commit_seq() {
  const HandleRun run(state_);
  if (!state_.step()) fail_stored("the store's state is missing");
  return state_.number(0);
}

std::shared_ptr<const CallsSnapshot> CallsSource::snapshot() {
  const std::int64_t commit_seq = this->commit_seq();
  if (snapshot_ != nullptr && snapshot_->commit_seq == commit_seq) return snapshot_;
  snapshot_.reset();
  apps_.clear();
  const auto made = std::make_shared<CallsSnapshot>();
  made->commit_seq = commit_seq;
  load_functions(*made);
  load_rows(*made);
  return snapshot_ = made;
}

std::int64_t CallsSource::function_count() {
  const HandleRun run(function_count_);
  return function_count_.step() ? function_count_.number(0) : 0;
}

void CallsSource::load_functions(CallsSnapshot& made) {
  const HandleRun run(functions_);
  while (functions_.step()) {
    StoredFunction function;
    if (functions_.number(0) != static_cast<std::int64_t>(made.functions.size()) + 1) {
      fail_stored("the numbers of table fns have a gap");
    }
    function.fn_no = static_cast<std::uint32_t>(functions_.number(0));
    function.fn_id = functions_.bytes(1);
    function.packed_to = functions_.number(2);
    function.has_blocks = !functions_.bytes(3).empty();
    made.functions.push_back(std::move(function));
  }
  for (const StoredFunction& function : made.functions) {
    made.numbers.emplace(function.fn_id, function.fn_no);
  }
}

void CallsSource::load_plain_rows(const CallsSnapshot& made, std::vector<LoadedPlace>& loaded) {
  const HandleRun run(rows_);
  while (rows_.step()) {
    LoadedPlace row;
    row.place.row_no = rows_.number(0);
    const StoredFunction& function = function_of(made, rows_.number(1));
    row.place.fn_no = function.fn_no;
    row.place.id = stored_id(rows_.bytes(2));
    const std::int64_t status = rows_.number(3);
    row.gone = status == status_deleted;
    if (!row.gone) {
      row.place.status = stored_status(status);
      row.place.created = stored_time(rows_.number(4));
      row.gone = is_finished(row.place.status) && row.place.row_no <= function.packed_to;
    }
    loaded.push_back(std::move(row));
  }
}

void CallsSource::load_batched_rows(const CallsSnapshot& made, std::vector<LoadedPlace>& loaded) {
  const HandleRun run(batches_);
  while (batches_.step()) {
    for (LoadedRow& row :
         read_row_batch(batches_.number(0), batches_.number(1), batches_.bytes(2))) {
      const StoredFunction& function = function_of(made, row.fn_no);
      if (row.row_no <= function.packed_to) continue;
      auto call = std::make_shared<codec::CallEntry>(std::move(row.call));
      RowPlace place{row.fn_no, stored_id(call->id), row.row_no, call->status, call->created, call};
      loaded.push_back({std::move(place), false});
    }
  }
}

void CallsSource::load_rows(CallsSnapshot& made) {
  std::vector<LoadedPlace> loaded;
  load_plain_rows(made, loaded);
  load_batched_rows(made, loaded);
  std::ranges::sort(loaded, [](const LoadedPlace& a, const LoadedPlace& b) {
    if (a.place.fn_no != b.place.fn_no) return a.place.fn_no < b.place.fn_no;
    const auto order = a.place.id <=> b.place.id;
    return std::is_neq(order) ? std::is_lt(order) : a.place.row_no < b.place.row_no;
  });
  for (std::size_t i = 0; i < loaded.size(); ++i) {
    const bool last = i + 1 == loaded.size() ||
                      loaded[i + 1].place.fn_no != loaded[i].place.fn_no ||
                      loaded[i + 1].place.id != loaded[i].place.id;
    if (last && !loaded[i].gone) made.rows.push_back(std::move(loaded[i].place));
  }
}

const App& CallsSource::app(std::uint32_t app_no) {
  const auto found = apps_.find(app_no);
  if (found != apps_.end()) return found->second;
  App app;
  if (app_no != 0) {
    const HandleRun run(app_);
    app_.bind(1, app_no);
    if (!app_.step()) fail_stored("a call names an app that is not there");
    app = {std::string(app_.bytes(0)), std::string(app_.bytes(1))};
  }
  return apps_.emplace(app_no, std::move(app)).first->second;
}

codec::CallEntry CallsSource::row(const RowPlace& place) {
  if (place.batched) return *place.batched;
  const HandleRun run(row_);
  row_.bind(1, place.row_no);
  if (!row_.step()) fail_stored("a row of call_rows is gone");
  codec::CallEntry entry;
  entry.id = row_.bytes(0);
  entry.status = stored_status(row_.number(1));
  entry.type = stored_type(row_.number(2));
  entry.app_no = stored_number(row_.number(3));
  entry.created = stored_time(row_.number(4));
  if (!row_.is_null(5)) entry.started = stored_time(row_.number(5));
  if (!row_.is_null(6)) entry.completed = stored_time(row_.number(6));
  entry.trigger_id = row_.bytes(7);
  entry.error = row_.bytes(8);
  entry.stats = row_.bytes(9);
  return entry;
}

std::vector<StoredGroup> CallsSource::groups(std::uint32_t fn_no) {
  std::vector<StoredGroup> found;
  const HandleRun run(groups_);
  groups_.bind(1, fn_no);
  while (groups_.step()) {
    found.push_back({std::string(groups_.bytes(0)), summary_at(groups_, 1)});
  }
  return found;
}

std::string CallsSource::first_block_for(std::uint32_t fn_no, std::string_view id) {
  const HandleRun run(first_block_);
  first_block_.bind(1, fn_no);
  first_block_.bind(2, id);
  return std::string(first_block_.step() ? first_block_.bytes(0) : std::string_view());
}

HandleStatement& CallsSource::begin_blocks(std::uint32_t fn_no, std::string_view from,
                                           const std::optional<std::string>& below, bool rising) {
  HandleStatement& query = rising ? blocks_up_ : blocks_down_;
  query.bind(1, fn_no);
  query.bind(2, from);
  if (below) {
    query.bind(3, *below);
  } else {
    query.bind_end(3);
  }
  return query;
}

StoredBlock CallsSource::block(const HandleStatement& query) {
  StoredBlock block;
  block.min_id = query.bytes(0);
  block.max_id = query.bytes(1);
  block.summary = summary_at(query, 2);
  block.body_no = query.number(7);
  block.checksum = static_cast<std::uint64_t>(query.number(8));
  check_created(block.summary.min_created, block.summary.max_created);
  return block;
}

std::string CallsSource::part(HandleStatement& query, std::int64_t body_no) {
  const HandleRun run(query);
  query.bind(1, body_no);
  if (!query.step()) fail_stored("the body of a block is missing");
  return std::string(query.bytes(0));
}

codec::BlockReader CallsSource::open(const StoredBlock& block) {
  codec::BlockReader reader(part(columns_, block.body_no), block.checksum);
  if (reader.size() != block.summary.calls || reader.id(0).view() != block.min_id ||
      reader.id(reader.size() - 1).view() != block.max_id) {
    fail_stored("a block does not hold the calls its header says");
  }
  return reader;
}

void CallsSource::supply_texts(const StoredBlock& block, codec::BlockReader& reader) {
  if (reader.texts_supplied()) return;
  reader.supply_texts(reader.needs_texts() ? part(texts_, block.body_no) : std::string());
}

void CallsSource::supply_stats(const StoredBlock& block, codec::BlockReader& reader) {
  if (reader.stats_supplied()) return;
  reader.supply_stats(reader.needs_stats() ? part(stats_, block.body_no) : std::string());
}

}  // namespace fnstore::sqlite

#include "sqlite/catch_up.h"

#include "fnstore/error.h"

#include "model/validation.h"
#include "sqlite/row_table.h"

#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_new_fns = "SELECT fn_no, fn_id FROM fns WHERE fn_no > ? ORDER BY fn_no";

constexpr const char* sql_changed_fns =
    "SELECT fn_no, packed_to, blocks_seq, max_block_id FROM fns WHERE blocks_seq > ? "
    "ORDER BY fn_no";

constexpr const char* sql_new_apps =
    "SELECT app_no, app_id, app_name FROM apps WHERE app_no > ? ORDER BY app_no";

[[noreturn]] void fail_damaged(const char* what) {
  throw Error(Errc::corrupt, std::string(what) + ": the file is damaged: restore it from a backup");
}

void load_functions(Connection& connection, const StoreState& state, RecentIndex& index) {
  SQLite::Statement& added = connection.statement(sql_new_fns);
  added.bind(1, static_cast<std::int64_t>(index.functions().size()));
  while (added.executeStep()) {
    const std::int64_t number = added.getColumn(0).getInt64();
    if (number != static_cast<std::int64_t>(index.functions().size()) + 1) {
      fail_damaged("the numbers of table fns have a gap");
    }
    index.add_function(added.getColumn(1).getString());
  }
  added.reset();
  if (state.blocks_seq == index.blocks_seq) return;
  SQLite::Statement& changed = connection.statement(sql_changed_fns);
  changed.bind(1, index.blocks_seq);
  std::vector<std::uint32_t> packed;
  while (changed.executeStep()) {
    const std::int64_t number = changed.getColumn(0).getInt64();
    if (number < 1 || number > static_cast<std::int64_t>(index.functions().size())) {
      fail_damaged("table fns holds an impossible number");
    }
    packed.push_back(static_cast<std::uint32_t>(number));
    Function& function = index.function(packed.back());
    function.packed_to = changed.getColumn(1).getInt64();
    function.blocks_seq = changed.getColumn(2).getInt64();
    function.max_block_id = changed.getColumn(3).getString();
  }
  changed.reset();
  index.drop_packed(packed);
}

void load_apps(Connection& connection, RecentIndex& index) {
  if (index.app_count() == 0) index.add_app({});
  SQLite::Statement& query = connection.statement(sql_new_apps);
  query.bind(1, static_cast<std::int64_t>(index.app_count()) - 1);
  while (query.executeStep()) {
    if (query.getColumn(0).getInt64() != static_cast<std::int64_t>(index.app_count())) {
      fail_damaged("the numbers of table apps have a gap");
    }
    index.add_app({query.getColumn(1).getString(), query.getColumn(2).getString()});
  }
  query.reset();
}

void take_row(RecentIndex& index, LoadedRow&& row) {
  if (row.fn_no == 0 || row.fn_no > index.functions().size() ||
      row.call.app_no >= index.app_count()) {
    fail_damaged("a row of call_rows names a function or an app that is not there");
  }
  try {
    validate_id(row.call.id, "id");
  } catch (const Error&) {
    fail_damaged("a row of call_rows holds an impossible id");
  }
  const Function& function = index.function(row.fn_no);
  if (row.deleted) {
    index.erase(function, row.call.id);
    return;
  }
  auto call = std::make_shared<RecentCall>();
  call->call = std::move(row.call);
  call->function = &function;
  call->row_no = row.row_no;
  if (is_packed(*call)) {
    index.erase(function, call->call.id);
    return;
  }
  if (call->call.stats.size() > stats_in_memory) {
    call->stats_in_row = true;
    std::string().swap(call->call.stats);
  }
  index.put(std::move(call));
}

}  // namespace

void fail_gone_back() {
  throw Error(Errc::corrupt,
              "the store has gone back to an older state while it was open: its file "
              "was exchanged or damaged: open it anew, or restore it from a backup");
}

void catch_up(Connection& connection, const StoreState& state, RecentIndex& index) {
  if (state.commit_seq < index.seq) fail_gone_back();
  if (state.trimmed_to > index.last_row_no) {
    index.clear_calls();
    index.last_row_no = 0;
  }
  try {
    load_functions(connection, state, index);
    load_apps(connection, index);
    load_rows_above(connection, index.last_row_no,
                    [&](LoadedRow&& row) { take_row(index, std::move(row)); });
  } catch (...) {
    index.forget();
    throw;
  }
  index.last_row_no = state.next_row_no - 1;
  index.blocks_seq = state.blocks_seq;
  index.seq = state.commit_seq;
}

}  // namespace fnstore::sqlite

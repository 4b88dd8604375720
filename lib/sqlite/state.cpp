#include "sqlite/state.h"

#include "fnstore/error.h"

#include "codec/call_entry.h"

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_read =
    "SELECT commit_seq, blocks_seq, trimmed_to, next_row_no, next_body_no, next_detail_no, "
    "next_log_no FROM store_state WHERE only_row = 1";

constexpr const char* sql_write =
    "UPDATE store_state SET commit_seq = ?, blocks_seq = ?, trimmed_to = ?, next_row_no = ?, "
    "next_body_no = ?, next_detail_no = ?, next_log_no = ? WHERE only_row = 1";

void check(const StoreState& state) {
  const bool possible = state.commit_seq >= 1 && state.blocks_seq >= 0 &&
                        state.blocks_seq <= state.commit_seq && state.trimmed_to >= 0 &&
                        state.trimmed_to < state.next_row_no && state.next_body_no >= 1 &&
                        state.next_detail_no >= 1 &&
                        state.next_log_no > static_cast<std::int64_t>(codec::empty_log_no);
  if (possible) return;
  throw Error(Errc::corrupt,
              "the store's state holds impossible numbers: restore the file from a backup");
}

}  // namespace

StoreState read_state(Connection& connection) {
  SQLite::Statement& query = connection.statement(sql_read);
  if (!query.executeStep()) {
    throw Error(Errc::corrupt, "the store's state is missing: restore the file from a backup");
  }
  StoreState state;
  state.commit_seq = query.getColumn(0).getInt64();
  state.blocks_seq = query.getColumn(1).getInt64();
  state.trimmed_to = query.getColumn(2).getInt64();
  state.next_row_no = query.getColumn(3).getInt64();
  state.next_body_no = query.getColumn(4).getInt64();
  state.next_detail_no = query.getColumn(5).getInt64();
  state.next_log_no = query.getColumn(6).getInt64();
  query.reset();
  check(state);
  return state;
}

void write_state(Connection& connection, const StoreState& state) {
  SQLite::Statement& update = connection.statement(sql_write);
  update.bind(1, state.commit_seq);
  update.bind(2, state.blocks_seq);
  update.bind(3, state.trimmed_to);
  update.bind(4, state.next_row_no);
  update.bind(5, state.next_body_no);
  update.bind(6, state.next_detail_no);
  update.bind(7, state.next_log_no);
  update.exec();
  update.reset();
}

}  // namespace fnstore::sqlite

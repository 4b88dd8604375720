#include "sqlite/row_table.h"

#include "fnstore/error.h"
#include "fnstore/timestamp.h"

#include "sqlite/row_batch_table.h"

#include <cstdint>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_insert_row =
    "INSERT INTO call_rows (row_no, fn_no, id, status, type, app_no, created_ms, started_ms, "
    "completed_ms, trigger_id, error, stats, detail_no, log_no) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr const char* sql_delete_row = "DELETE FROM call_rows WHERE row_no = ?";

constexpr const char* sql_rows_above =
    "SELECT row_no, fn_no, id, status, type, app_no, created_ms, started_ms, completed_ms, "
    "trigger_id, error, stats, detail_no, log_no FROM call_rows WHERE row_no > ? ORDER BY row_no";

constexpr const char* sql_row_stats = "SELECT stats FROM call_rows WHERE row_no = ?";

// 3: the least finished status; status_deleted is above it too. Without a subquery SQLite deletes
// in one pass; with one it collects the row numbers first and then seeks each again.
constexpr const char* sql_trim_rows =
    "DELETE FROM call_rows WHERE row_no > ? AND row_no <= ? AND status >= 3";

constexpr const char* sql_insert_detail =
    "INSERT INTO call_details (detail_no, body) VALUES (?, ?)";
constexpr const char* sql_read_detail = "SELECT body FROM call_details WHERE detail_no = ?";
constexpr const char* sql_delete_detail = "DELETE FROM call_details WHERE detail_no = ?";

constexpr const char* sql_insert_log = "INSERT INTO call_logs (log_no, body) VALUES (?, ?)";
constexpr const char* sql_read_log = "SELECT body FROM call_logs WHERE log_no = ?";
constexpr const char* sql_delete_log = "DELETE FROM call_logs WHERE log_no = ?";

constexpr const char* sql_any_detail = "SELECT 1 FROM call_details WHERE detail_no > 0 LIMIT 1";
constexpr const char* sql_any_log = "SELECT 1 FROM call_logs WHERE log_no > 0 LIMIT 1";

void bind_time(SQLite::Statement& statement, int index, std::int64_t time) {
  if (time == codec::no_time) {
    statement.bind(index);
  } else {
    statement.bind(index, time);
  }
}

void bind_text(SQLite::Statement& statement, int index, const std::string& text) {
  if (text.empty()) {
    statement.bind(index);
  } else {
    statement.bindNoCopy(index, text);
  }
}

void bind_blob(SQLite::Statement& statement, int index, std::string_view bytes) {
  if (bytes.empty()) {
    statement.bind(index);
  } else {
    statement.bindNoCopy(index, bytes.data(), static_cast<int>(bytes.size()));
  }
}

std::string bytes_of(const SQLite::Column& column) {
  const void* const bytes = column.getBlob();
  return bytes == nullptr ? std::string()
                          : std::string(static_cast<const char*>(bytes),
                                        static_cast<std::size_t>(column.getBytes()));
}

template <typename Number>
Number checked(std::int64_t value, std::int64_t limit) {
  if (value < 0 || value > limit) {
    throw Error(Errc::corrupt,
                "a row of call_rows holds an impossible number: the file is "
                "damaged: restore it from a backup");
  }
  return static_cast<Number>(value);
}

std::int64_t checked_time(std::int64_t time) {
  constexpr std::int64_t earliest = earliest_timestamp.time_since_epoch().count();
  constexpr std::int64_t latest = latest_timestamp.time_since_epoch().count();
  return earliest +
         checked<std::int64_t>(time < earliest ? -1 : time - earliest, latest - earliest);
}

std::int64_t time_or_none(const SQLite::Column& column) {
  return column.isNull() ? codec::no_time : checked_time(column.getInt64());
}

int run_with_number(Connection& connection, const char* sql, std::int64_t number) {
  SQLite::Statement& statement = connection.statement(sql);
  statement.bind(1, number);
  const int rows = statement.exec();
  statement.reset();
  return rows;
}

void insert_body(Connection& connection, const char* sql, std::int64_t number,
                 std::string_view frame) {
  SQLite::Statement& insert = connection.statement(sql);
  insert.bind(1, number);
  insert.bindNoCopy(2, frame.data(), static_cast<int>(frame.size()));
  insert.exec();
  insert.reset();
}

std::string read_body(Connection& connection, const char* sql, std::int64_t number,
                      const char* what) {
  SQLite::Statement& query = connection.statement(sql);
  query.bind(1, number);
  if (!query.executeStep()) {
    throw Error(Errc::corrupt, std::string(what) +
                                   " is missing: the file is damaged: restore it "
                                   "from a backup");
  }
  std::string body = bytes_of(query.getColumn(0));
  query.reset();
  return body;
}

}  // namespace

LoadedRow read_row(SQLite::Statement& query) {
  LoadedRow row;
  row.row_no = query.getColumn(0).getInt64();
  row.fn_no = checked<std::uint32_t>(query.getColumn(1).getInt64(), UINT32_MAX);
  row.call.id = bytes_of(query.getColumn(2));
  const int status = query.getColumn(3).getInt();
  row.deleted = status == status_deleted;
  if (row.deleted) return row;
  row.call.status = checked<Status>(status, status_count - 1);
  row.call.type = checked<CallType>(query.getColumn(4).getInt64(), call_type_count - 1);
  row.call.app_no = checked<std::uint32_t>(query.getColumn(5).getInt64(), UINT32_MAX);
  row.call.created = checked_time(query.getColumn(6).getInt64());
  row.call.started = time_or_none(query.getColumn(7));
  row.call.completed = time_or_none(query.getColumn(8));
  row.call.trigger_id = bytes_of(query.getColumn(9));
  row.call.error = bytes_of(query.getColumn(10));
  row.call.stats = bytes_of(query.getColumn(11));
  row.call.detail_no = checked<std::uint64_t>(query.getColumn(12).getInt64(), INT64_MAX);
  row.call.log_no = checked<std::uint64_t>(query.getColumn(13).getInt64(), INT64_MAX);
  return row;
}

void insert_row(Connection& connection, std::int64_t row_no, std::uint32_t fn_no,
                const codec::CallEntry& call) {
  SQLite::Statement& insert = connection.statement(sql_insert_row);
  insert.bind(1, row_no);
  insert.bind(2, fn_no);
  insert.bindNoCopy(3, call.id.c_str());
  insert.bind(4, static_cast<int>(call.status));
  insert.bind(5, static_cast<int>(call.type));
  insert.bind(6, call.app_no);
  insert.bind(7, call.created);
  bind_time(insert, 8, call.started);
  bind_time(insert, 9, call.completed);
  bind_text(insert, 10, call.trigger_id);
  bind_text(insert, 11, call.error);
  bind_blob(insert, 12, call.stats);
  insert.bind(13, static_cast<std::int64_t>(call.detail_no));
  insert.bind(14, static_cast<std::int64_t>(call.log_no));
  insert.exec();
  insert.reset();
}

void insert_deletion(Connection& connection, std::int64_t row_no, std::uint32_t fn_no,
                     const std::string& id) {
  SQLite::Statement& insert = connection.statement(sql_insert_row);
  insert.bind(1, row_no);
  insert.bind(2, fn_no);
  insert.bindNoCopy(3, id);
  insert.bind(4, status_deleted);
  for (int number = 5; number <= 7; ++number) insert.bind(number, 0);
  for (int absent = 8; absent <= 12; ++absent) insert.bind(absent);
  for (int number = 13; number <= 14; ++number) insert.bind(number, 0);
  insert.exec();
  insert.reset();
}

bool delete_row(Connection& connection, std::int64_t row_no) {
  return run_with_number(connection, sql_delete_row, row_no) > 0;
}

void load_rows_above(Connection& connection, std::int64_t row_no,
                     const std::function<void(LoadedRow&&)>& take) {
  RowBatchWalk batches(connection, row_no);
  SQLite::Statement& query = connection.statement(sql_rows_above);
  query.bind(1, row_no);
  while (query.executeStep()) {
    LoadedRow row = read_row(query);
    batches.take_below(row.row_no, take);
    take(std::move(row));
  }
  query.reset();
  batches.take_below(INT64_MAX, take);
}

std::string read_row_stats(Connection& connection, std::int64_t row_no) {
  SQLite::Statement& query = connection.statement(sql_row_stats);
  query.bind(1, row_no);
  const bool found = query.executeStep();
  std::string stats = found ? bytes_of(query.getColumn(0)) : std::string();
  query.reset();
  if (found) return stats;
  std::optional<LoadedRow> batched = find_batched_row(connection, row_no);
  return batched ? std::move(batched->call.stats) : std::string();
}

void trim_rows(Connection& connection, std::int64_t above, std::int64_t up_to) {
  trim_row_batches(connection, above, up_to);
  SQLite::Statement& statement = connection.statement(sql_trim_rows);
  statement.bind(1, above);
  statement.bind(2, up_to);
  statement.exec();
  statement.reset();
}

void insert_detail(Connection& connection, std::int64_t detail_no, std::string_view frame) {
  insert_body(connection, sql_insert_detail, detail_no, frame);
}

std::string read_detail(Connection& connection, std::int64_t detail_no) {
  return read_body(connection, sql_read_detail, detail_no, "the request fields of a call");
}

void delete_detail(Connection& connection, std::int64_t detail_no) {
  run_with_number(connection, sql_delete_detail, detail_no);
}

void insert_log(Connection& connection, std::int64_t log_no, std::string_view frame) {
  insert_body(connection, sql_insert_log, log_no, frame);
}

std::string read_log(Connection& connection, std::int64_t log_no) {
  return read_body(connection, sql_read_log, log_no, "a call's log");
}

void delete_log(Connection& connection, std::int64_t log_no) {
  run_with_number(connection, sql_delete_log, log_no);
}

bool has_details_or_logs(Connection& connection) {
  bool any = false;
  for (const char* const constant : {sql_any_detail, sql_any_log}) {
    SQLite::Statement& query = connection.statement(constant);
    const bool found = query.executeStep();
    any = any || found;
    query.reset();
  }
  return any;
}

}  // namespace fnstore::sqlite

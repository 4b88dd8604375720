#pragma once

#include "sqlite/connection.h"
#include "sqlite/recent_index.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace fnstore::sqlite {

/// The status of a row that says its call was deleted: a process that reads on from an older state
/// learns it so. Stored: never change.
inline constexpr int status_deleted = 9;

/// SQL over call_rows with row_batches, call_details and call_logs. Every function runs inside the
/// caller's transaction. A row is never changed in place: a call that changes gets a new, higher
/// row_no.
void insert_row(Connection& connection, std::int64_t row_no, std::uint32_t fn_no,
                const codec::CallEntry& call);
void insert_deletion(Connection& connection, std::int64_t row_no, std::uint32_t fn_no,
                     const std::string& id);
/// Whether it was there; a row of a batch is not (row_batch_table.h).
bool delete_row(Connection& connection, std::int64_t row_no);

/// One row as it is read back. `deleted`: only fn_no and call.id mean anything.
struct LoadedRow {
  std::int64_t row_no = 0;
  std::uint32_t fn_no = 0;
  bool deleted = false;
  codec::CallEntry call;
};

/// The row a query over all columns in the order of the schema stands on. Throws `corrupt`.
LoadedRow read_row(SQLite::Statement& query);

/// Calls `take` for every row above `row_no`, rising, those of batches among them.
void load_rows_above(Connection& connection, std::int64_t row_no,
                     const std::function<void(LoadedRow&&)>& take);

/// The encoded stats of a row; empty when the row or its stats are not there.
std::string read_row_stats(Connection& connection, std::int64_t row_no);

/// Deletes the rows in (above, up_to] that are finished or deletions, and the batches that end
/// there. All that are finished must be in blocks already; the caller knows it from the index.
void trim_rows(Connection& connection, std::int64_t above, std::int64_t up_to);

void insert_detail(Connection& connection, std::int64_t detail_no, std::string_view frame);
std::string read_detail(Connection& connection, std::int64_t detail_no);
void delete_detail(Connection& connection, std::int64_t detail_no);

void insert_log(Connection& connection, std::int64_t log_no, std::string_view frame);
std::string read_log(Connection& connection, std::int64_t log_no);
void delete_log(Connection& connection, std::int64_t log_no);

/// Whether any call of the store has request fields or a log that is not empty.
bool has_details_or_logs(Connection& connection);

}  // namespace fnstore::sqlite

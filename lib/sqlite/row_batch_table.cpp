#include "sqlite/row_batch_table.h"

#include "fnstore/error.h"

#include "codec/row_batch.h"

#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_insert_batch =
    "INSERT INTO row_batches (last_row_no, first_row_no, body) VALUES (?, ?, ?)";

constexpr const char* sql_batches_above =
    "SELECT last_row_no, first_row_no, body FROM row_batches WHERE last_row_no > ? "
    "ORDER BY last_row_no";

constexpr const char* sql_batch_of_row =
    "SELECT last_row_no, first_row_no, body FROM row_batches WHERE last_row_no >= ? "
    "ORDER BY last_row_no LIMIT 1";

constexpr const char* sql_delete_batch = "DELETE FROM row_batches WHERE last_row_no = ?";

constexpr const char* sql_trim_batches =
    "DELETE FROM row_batches WHERE last_row_no > ? AND last_row_no <= ?";

constexpr const char* sql_has_batches =
    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name = 'row_batches'";

std::vector<LoadedRow> rows_at(SQLite::Statement& query) {
  const SQLite::Column body = query.getColumn(2);
  return read_row_batch(
      query.getColumn(0).getInt64(), query.getColumn(1).getInt64(),
      {static_cast<const char*>(body.getBlob()), static_cast<std::size_t>(body.getBytes())});
}

}  // namespace

void insert_row_batch(Connection& connection, std::int64_t first_row_no, std::int64_t last_row_no,
                      std::string_view body) {
  SQLite::Statement& insert = connection.statement(sql_insert_batch);
  insert.bind(1, last_row_no);
  insert.bind(2, first_row_no);
  insert.bindNoCopy(3, body.data(), static_cast<int>(body.size()));
  insert.exec();
  insert.reset();
}

std::vector<LoadedRow> read_row_batch(std::int64_t last_row_no, std::int64_t first_row_no,
                                      std::string_view body) {
  codec::RowBatchReader reader(body);
  const auto calls = static_cast<std::int64_t>(reader.calls());
  if (first_row_no < 1 || last_row_no < first_row_no || last_row_no - first_row_no + 1 != calls) {
    throw Error(Errc::corrupt,
                "a batch of rows does not hold as many as its numbers say: the file is damaged: "
                "restore it from a backup");
  }
  std::vector<LoadedRow> rows;
  rows.reserve(reader.calls());
  codec::BatchedRow row;
  while (reader.next(row)) {
    rows.push_back({first_row_no++, row.fn_no, false, std::move(row.call)});
  }
  return rows;
}

RowBatchWalk::RowBatchWalk(Connection& connection, std::int64_t above) : above_(above) {
  SQLite::Statement& table = connection.statement(sql_has_batches);
  const bool there = table.executeStep();
  table.reset();
  if (!there) return;
  query_ = &connection.statement(sql_batches_above);
  query_->bind(1, above);
  more_ = query_->executeStep();
}

RowBatchWalk::~RowBatchWalk() {
  if (query_ != nullptr) query_->tryReset();
}

void RowBatchWalk::take_below(std::int64_t below, const std::function<void(LoadedRow&&)>& take) {
  for (; more_ && query_->getColumn(0).getInt64() < below; more_ = query_->executeStep()) {
    for (LoadedRow& row : rows_at(*query_)) {
      if (row.row_no > above_) take(std::move(row));
    }
  }
}

std::optional<LoadedRow> find_batched_row(Connection& connection, std::int64_t row_no) {
  SQLite::Statement& query = connection.statement(sql_batch_of_row);
  query.bind(1, row_no);
  if (!query.executeStep()) return std::nullopt;
  std::vector<LoadedRow> rows = rows_at(query);
  query.reset();
  if (row_no < rows.front().row_no) return std::nullopt;
  return std::move(rows[static_cast<std::size_t>(row_no - rows.front().row_no)]);
}

bool dissolve_row_batch(Connection& connection, std::int64_t row_no, std::int64_t trimmed_to) {
  SQLite::Statement& query = connection.statement(sql_batch_of_row);
  query.bind(1, row_no);
  if (!query.executeStep()) return false;
  const std::int64_t last_row_no = query.getColumn(0).getInt64();
  const std::vector<LoadedRow> rows = rows_at(query);
  query.reset();
  if (row_no < rows.front().row_no) return false;
  SQLite::Statement& removal = connection.statement(sql_delete_batch);
  removal.bind(1, last_row_no);
  removal.exec();
  removal.reset();
  for (const LoadedRow& row : rows) {
    // Those up to there are in blocks, and nobody would look for them again to delete them.
    if (row.row_no > trimmed_to) insert_row(connection, row.row_no, row.fn_no, row.call);
  }
  return true;
}

void trim_row_batches(Connection& connection, std::int64_t above, std::int64_t up_to) {
  SQLite::Statement& removal = connection.statement(sql_trim_batches);
  removal.bind(1, above);
  removal.bind(2, up_to);
  removal.exec();
  removal.reset();
}

}  // namespace fnstore::sqlite

#pragma once

#include "sqlite/connection.h"
#include "sqlite/row_table.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// SQL over row_batches: stretches of rows that one insert recorded, each coded in one body
/// (codec/row_batch.h). Such a row has its number as any other and is never in call_rows as well.
/// Every function runs inside the caller's transaction.
void insert_row_batch(Connection& connection, std::int64_t first_row_no, std::int64_t last_row_no,
                      std::string_view body);

/// The rows of a batch that were read as (last_row_no, first_row_no, body). Throws `corrupt`.
std::vector<LoadedRow> read_row_batch(std::int64_t last_row_no, std::int64_t first_row_no,
                                      std::string_view body);

/// Walks the batches that hold rows above a number, each decoded when it is come to. A file of
/// schema version 3 or less, as verify and restore read it, has none.
class RowBatchWalk {
 public:
  RowBatchWalk(Connection& connection, std::int64_t above);
  ~RowBatchWalk();
  RowBatchWalk(const RowBatchWalk&) = delete;
  RowBatchWalk& operator=(const RowBatchWalk&) = delete;

  /// Hands over the rows above the number, of the batches that end below `below`.
  void take_below(std::int64_t below, const std::function<void(LoadedRow&&)>& take);

 private:
  SQLite::Statement* query_ = nullptr;
  std::int64_t above_;
  bool more_ = false;
};

/// The row of a number when it is in a batch.
std::optional<LoadedRow> find_batched_row(Connection& connection, std::int64_t row_no);

/// Puts the rows above `trimmed_to` of the batch that holds a row into call_rows, one by one, so
/// that they can change. Whether there is such a batch.
bool dissolve_row_batch(Connection& connection, std::int64_t row_no, std::int64_t trimmed_to);

/// Deletes the batches that end in (above, up_to]. The caller knows that all their rows are in
/// blocks.
void trim_row_batches(Connection& connection, std::int64_t above, std::int64_t up_to);

}  // namespace fnstore::sqlite

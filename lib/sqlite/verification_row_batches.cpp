#include "fnstore/error.h"

#include "model/validation.h"
#include "sqlite/row_batch_table.h"
#include "sqlite/verification_parts.h"

#include <fmt/format.h>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_batches =
    "SELECT last_row_no, first_row_no, body FROM row_batches WHERE last_row_no >= ? "
    "ORDER BY last_row_no";

constexpr const char* sql_row_between =
    "SELECT row_no FROM call_rows WHERE row_no >= ? AND row_no <= ? ORDER BY row_no LIMIT 1";

}  // namespace

void VerificationRun::check_row_batches() {
  SQLite::Statement& query = connection_.statement(sql_batches);
  query.bind(1, std::int64_t{INT64_MIN});
  std::int64_t last_before = 0;
  while (query.executeStep()) {
    const std::int64_t last = query.getColumn(0).getInt64();
    const std::int64_t first = query.getColumn(1).getInt64();
    const SQLite::Column body = query.getColumn(2);
    meter_.advance(static_cast<std::uint64_t>(body.getBytes()));
    const std::string where = fmt::format("row_batches: rows {} to {}", first, last);
    try {
      if (std::string wrong = check_batch_numbers(first, last, last_before); !wrong.empty()) {
        add_problem(where, std::move(wrong));
      }
      const auto* const bytes = static_cast<const char*>(body.getBlob());
      for (LoadedRow& row :
           read_row_batch(last, first, {bytes, static_cast<std::size_t>(body.getBytes())})) {
        check_batched(std::move(row));
      }
    } catch (const Error& error) {
      is_partly_unread_ = true;
      add_problem(where, error.what());
    }
    last_before = last;
  }
  query.reset();
}

/// What is wrong with the rows' numbers, which no other batch or row may have.
std::string VerificationRun::check_batch_numbers(std::int64_t first, std::int64_t last,
                                                 std::int64_t last_before) {
  if (last >= state_.next_row_no) {
    return fmt::format("they are not below {}, the next one to be used", state_.next_row_no);
  }
  if (last <= state_.trimmed_to) return "they should have been deleted after packing";
  if (first <= last_before) return "they overlap the batch before";
  SQLite::Statement& query = connection_.statement(sql_row_between);
  query.bind(1, first);
  query.bind(2, last);
  const bool taken = query.executeStep();
  query.reset();
  return taken ? "call_rows has a row of these numbers as well" : "";
}

void VerificationRun::check_batched(LoadedRow&& row) {
  ++found_.rows;
  const std::int64_t fn_no = row.fn_no;
  const std::string id(row.call.id.view());
  std::string wrong;
  try {
    validate_id(id, "id");
    const KnownFunction* const owner = function(fn_no);
    wrong = owner == nullptr ? "its function is not there" : check_unpacked(std::move(row), *owner);
  } catch (const Error& error) {
    wrong = error.what();
    is_partly_unread_ = true;
  }
  if (wrong.empty()) return;
  ++found_.damaged_calls;
  add_problem(of_call("row_batches", fn_no, id), std::move(wrong));
}

/// Bodies that no call names, once all calls have been read.
void VerificationRun::check_unnamed_bodies() {
  if (is_partly_unread_) return;  // what is unread may own what seems to belong to nothing
  check_unnamed(details_);
  check_unnamed(logs_);
}

}  // namespace fnstore::sqlite

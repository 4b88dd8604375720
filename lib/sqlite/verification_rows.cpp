#include "fnstore/error.h"

#include "model/quote.h"
#include "model/validation.h"
#include "sqlite/conversion.h"
#include "sqlite/row_table.h"
#include "sqlite/verification_parts.h"

#include <fmt/format.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_rows =
    "SELECT row_no, fn_no, id, status, type, app_no, created_ms, started_ms, completed_ms, "
    "trigger_id, error, stats, detail_no, log_no FROM call_rows WHERE row_no >= ? ORDER BY row_no";

std::string key_of(std::int64_t fn_no, const std::string& id) {
  return fmt::format("{}{}{}", fn_no, '\0', id);
}

}  // namespace

void VerificationRun::check_rows() {
  SQLite::Statement& query = connection_.statement(sql_rows);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) {
    ++found_.rows;
    meter_.advance(100);
    std::string wrong;
    try {
      wrong = check_row(query);
    } catch (const Error& error) {
      wrong = error.what();
      is_partly_unread_ = true;
    }
    if (wrong.empty()) continue;
    ++found_.damaged_calls;
    add_problem(of_call("call_rows", query.getColumn(1).getInt64(), query.getColumn(2).getString()),
                std::move(wrong));
  }
  query.reset();
}

/// What is wrong with the row the query stands on. May throw `corrupt` or `invalid` as well.
std::string VerificationRun::check_row(SQLite::Statement& query) {
  const std::int64_t row_no = query.getColumn(0).getInt64();
  if (row_no < 1 || row_no >= state_.next_row_no) {
    return fmt::format("its row_no {} is not below {}, the next one to be used", row_no,
                       state_.next_row_no);
  }
  const KnownFunction* const owner = function(query.getColumn(1).getInt64());
  if (owner == nullptr) return "its function is not there";
  const std::int64_t status = query.getColumn(3).getInt64();
  if (status < 0 || (status >= status_count && status != status_deleted)) {
    return fmt::format("its status {} does not exist", status);
  }
  LoadedRow row = read_row(query);
  validate_id(row.call.id, "id");
  const bool ended = row.deleted || is_finished(row.call.status);
  if (ended && row_no <= state_.trimmed_to) return "it should have been deleted after packing";
  if (row.deleted) return {};
  return check_unpacked(std::move(row), *owner);
}

/// What is wrong with a call that is no block's business, or waits to be deleted from its row.
std::string VerificationRun::check_unpacked(LoadedRow&& row, const KnownFunction& owner) {
  if (is_finished(row.call.status) && row.row_no <= owner.packed_to) return {};
  std::string wrong = check_entry(row.call);
  const std::string id(row.call.id.view());
  if (!rows_.try_emplace(key_of(row.fn_no, id), row.call.status).second) {
    return "there is another row of it";
  }
  if (is_packed(row.fn_no, id)) return "it is in a block as well";
  if (!wrong.empty()) return wrong;
  validate(to_call(std::move(row.call), owner.fn_id, App{}));
  ++found_.calls;
  return {};
}

/// Whether a block that can be read holds the call. Those that cannot were told of already.
bool VerificationRun::is_packed(std::int64_t fn_no, const std::string& id) {
  try {
    const auto header = block_at_or_below(connection_, static_cast<std::uint32_t>(fn_no), id);
    if (!header || header->summary.max_id < id) return false;
    if (header->body_no != open_body_) {
      open_body_ = -1;
      open_block_.emplace(open_block(connection_, *header));
      open_body_ = header->body_no;
    }
    const std::size_t at = open_block_->lower_bound(id);
    return at < open_block_->size() && open_block_->id(at).view() == id;
  } catch (const Error&) {
    return false;
  } catch (const SQLite::Exception&) {
    meter_.rethrow();
    return false;
  }
}

bool VerificationRun::call_exists(std::int64_t fn_no, const std::string& id) {
  return rows_.contains(key_of(fn_no, id)) || (function(fn_no) != nullptr && is_packed(fn_no, id));
}

std::optional<Status> VerificationRun::row_status(std::int64_t fn_no, const std::string& id) const {
  const auto found = rows_.find(key_of(fn_no, id));
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace fnstore::sqlite

#include "fnstore/call.h"
#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "codec/detail_blob.h"
#include "codec/frame.h"
#include "model/validation.h"
#include "sqlite/verification_parts.h"

#include <algorithm>
#include <fmt/format.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_functions =
    "SELECT fn_no, fn_id, packed_to, blocks_seq, max_block_id FROM fns WHERE fn_no >= ? "
    "ORDER BY fn_no";

constexpr const char* sql_apps =
    "SELECT app_no, app_id, app_name FROM apps WHERE app_no >= ? ORDER BY app_no";

constexpr const char* sql_details =
    "SELECT detail_no, body FROM call_details WHERE detail_no >= ? ORDER BY detail_no";

constexpr const char* sql_logs =
    "SELECT log_no, body FROM call_logs WHERE log_no >= ? ORDER BY log_no";

constexpr const char* sql_bodies =
    "SELECT body_no FROM block_bodies WHERE body_no >= ? ORDER BY body_no";

std::string_view blob(const SQLite::Column& column) {
  return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

}  // namespace

/// A process that has the store open reads again what is above the blocks_seq it knows.
void VerificationRun::check_function(const std::string& where, const KnownFunction& known,
                                     std::int64_t blocks_seq) {
  try {
    validate_id(known.fn_id, "fn_id");
  } catch (const Error& error) {
    add_problem(where, error.what());
  }
  if (known.packed_to < 0 || known.packed_to >= state_.next_row_no) {
    add_problem(where, fmt::format("packed_to {} is no row's number", known.packed_to));
  }
  if (blocks_seq < 0 || blocks_seq > state_.blocks_seq) {
    add_problem(where, fmt::format("blocks_seq {} is beyond that of the store", blocks_seq));
  }
  if (blocks_seq == 0 && (known.max_block_id || known.packed_to != 0)) {
    add_problem(where, "blocks_seq is 0, as if nothing of it had ever been packed");
  }
}

void VerificationRun::check_functions() {
  std::int64_t last_seq = 0;
  SQLite::Statement& query = connection_.statement(sql_functions);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) {
    const std::int64_t number = query.getColumn(0).getInt64();
    KnownFunction known{query.getColumn(1).getString(), query.getColumn(2).getInt64()};
    if (!query.getColumn(4).isNull()) known.max_block_id = query.getColumn(4).getString();
    const std::string where = fmt::format("fns: number {}", number);
    if (number != static_cast<std::int64_t>(functions_.size()) + 1) {
      add_problem(where, fmt::format("stands in the place of {}: the numbers have a gap",
                                     functions_.size() + 1));
      break;  // what follows would be taken for others
    }
    const std::int64_t blocks_seq = query.getColumn(3).getInt64();
    last_seq = std::max(last_seq, blocks_seq);
    check_function(where, known, blocks_seq);
    functions_.push_back(std::move(known));
    meter_.advance(64);
  }
  query.reset();
  if (state_is_known_ && last_seq < state_.blocks_seq) {
    add_problem("store_state", fmt::format("blocks_seq is {}, that of no function is above {}",
                                           state_.blocks_seq, last_seq));
  }
}

void VerificationRun::check_apps() {
  SQLite::Statement& query = connection_.statement(sql_apps);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) {
    const std::int64_t number = query.getColumn(0).getInt64();
    const std::string where = fmt::format("apps: number {}", number);
    if (number != apps_) {
      add_problem(where, fmt::format("stands in the place of {}: the numbers have a gap", apps_));
      break;
    }
    try {
      Call call{.id = "any", .fn_id = "any"};
      call.app_id = query.getColumn(1).getString();
      call.app_name = query.getColumn(2).getString();
      validate(call);
    } catch (const Error& error) {
      add_problem(where, error.what());
    }
    ++apps_;
  }
  query.reset();
}

void VerificationRun::check_numbered(StoredNumbers& numbers, const char* sql, std::int64_t next,
                                     const std::function<void(std::string_view)>& decode,
                                     std::uint64_t& count) {
  SQLite::Statement& query = connection_.statement(sql);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) {
    const std::int64_t number = query.getColumn(0).getInt64();
    const std::string_view body = decode ? blob(query.getColumn(1)) : std::string_view();
    ++count;
    numbers.stored.add(number);
    meter_.advance(body.size() + 16);
    const auto where = [&] { return fmt::format("{}: number {}", numbers.table, number); };
    if (number < 1 || number >= next) {
      add_problem(where(), fmt::format("is not below {}, the next one to be used", next));
    }
    if (!decode) continue;
    try {
      decode(body);
    } catch (const Error& error) {
      add_problem(where(), error.what());
    }
  }
  query.reset();
  if (numbers.stored.overflowed()) {
    add_problem(numbers.table, "the numbers lie too far apart to be followed");
  }
}

void VerificationRun::check_details() {
  const auto decode = [](std::string_view body) {
    Call call;
    codec::decode_detail(body, call);
  };
  check_numbered(details_, sql_details, state_.next_detail_no, decode, found_.details);
}

void VerificationRun::check_logs() {
  const auto decode = [](std::string_view body) {
    codec::open_frame(body, limits::log_bytes, "the log");
  };
  check_numbered(logs_, sql_logs, state_.next_log_no, decode, found_.logs);
}

void VerificationRun::check_body_numbers() {
  std::uint64_t count = 0;
  check_numbered(bodies_, sql_bodies, state_.next_body_no, {}, count);
}

/// Notes that something owns the body of that number; says what is wrong with that.
std::string VerificationRun::name_number(StoredNumbers& numbers, std::uint64_t number) {
  if (numbers.stored.overflowed()) return {};
  if (number > INT64_MAX || !numbers.stored.contains(static_cast<std::int64_t>(number))) {
    return fmt::format("its {}, number {} of {}, is missing", numbers.what, number, numbers.table);
  }
  if (numbers.named.add(static_cast<std::int64_t>(number)) == NumberSet::Added::before) {
    return fmt::format("its {}, number {} of {}, belongs to another as well", numbers.what, number,
                       numbers.table);
  }
  return {};
}

void VerificationRun::check_unnamed(const StoredNumbers& numbers) {
  if (numbers.stored.overflowed() || numbers.named.size() == numbers.stored.size()) return;
  numbers.stored.for_each([&](std::int64_t number) {
    if (numbers.named.contains(number)) return;
    add_problem(fmt::format("{}: number {}", numbers.table, number), "belongs to nothing");
  });
}

}  // namespace fnstore::sqlite

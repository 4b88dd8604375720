#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "codec/frame.h"
#include "model/quote.h"
#include "model/validation.h"
#include "sqlite/queue_table.h"
#include "sqlite/verification_parts.h"

#include <fmt/format.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_queue =
    "SELECT fn_no, id, priority, runner, state, due_ms, attempt, worker_no FROM queue "
    "WHERE queue_no >= ? ORDER BY queue_no";

constexpr const char* sql_keys =
    "SELECT fn_no, idempotency_key, id FROM idempotency_keys WHERE fn_no >= ? "
    "ORDER BY fn_no, idempotency_key";

constexpr const char* sql_results =
    "SELECT fn_no, id, body FROM call_results WHERE result_no >= ? ORDER BY result_no";

constexpr const char* no_such_call = "the call is not there";

constexpr std::int64_t greatest_priority = 2;

/// Whether a call with that status can stand in the queue so.
bool agree(std::int64_t state, Status status) {
  switch (static_cast<QueueState>(state)) {
    case QueueState::delayed:
      return status == Status::delayed;
    case QueueState::waiting:
      return status == Status::queued;
    case QueueState::claimed:
      return status == Status::running || status == Status::queued;  // waits in its process
  }
  return false;
}

}  // namespace

void VerificationRun::check_queue() {
  SQLite::Statement& query = connection_.statement(sql_queue);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) {
    std::string wrong = check_queue_row(query);
    meter_.advance(64);
    if (wrong.empty()) continue;
    add_problem(of_call("queue", query.getColumn(0).getInt64(), query.getColumn(1).getString()),
                std::move(wrong));
  }
  query.reset();
}

std::string VerificationRun::check_queue_row(SQLite::Statement& query) {
  const auto number = [&](int column) { return query.getColumn(column).getInt64(); };
  const auto status = row_status(number(0), query.getColumn(1).getString());
  if (!status) return is_partly_unread_ ? "" : no_such_call;
  if (number(2) < 0 || number(2) > greatest_priority) {
    return fmt::format("its priority {} does not exist", number(2));
  }
  if (number(3) != 0 && number(3) != 1) {
    return fmt::format("its runner {} does not exist", number(3));
  }
  const std::int64_t state = number(4);
  if (!agree(state, *status)) {
    return fmt::format("its state {} does not fit the call, which is {}", state,
                       to_string(*status));
  }
  const bool held = state == static_cast<std::int64_t>(QueueState::claimed);
  if (held == query.getColumn(7).isNull()) return "its worker does not fit its state";
  if (held && !lease_of(connection_, number(7))) return "its worker has no lease";
  if (number(6) < 0) return fmt::format("its attempt {} is impossible", number(6));
  validate_time(Timestamp(std::chrono::milliseconds(number(5))), "due_ms");
  return {};
}

void VerificationRun::check_keys() {
  SQLite::Statement& query = connection_.statement(sql_keys);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) {
    const std::int64_t fn_no = query.getColumn(0).getInt64();
    meter_.advance(64);
    if (is_partly_unread_ || call_exists(fn_no, query.getColumn(2).getString())) continue;
    add_problem(fmt::format("idempotency_keys: {}, key {}", of_function(fn_no),
                            quote(query.getColumn(1).getString())),
                no_such_call);
  }
  query.reset();
}

void VerificationRun::check_results() {
  SQLite::Statement& query = connection_.statement(sql_results);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) {
    const std::int64_t fn_no = query.getColumn(0).getInt64();
    const std::string id = query.getColumn(1).getString();
    const std::string body = query.getColumn(2).getString();
    meter_.advance(body.size() + 64);
    if (!is_partly_unread_ && !call_exists(fn_no, id)) {
      add_problem(of_call("call_results", fn_no, id), no_such_call);
    }
    try {
      codec::open_frame(body, limits::log_bytes, "the result");
    } catch (const Error& error) {
      add_problem(of_call("call_results", fn_no, id), error.what());
    }
  }
  query.reset();
}

}  // namespace fnstore::sqlite

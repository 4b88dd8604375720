#include "sqlite/retention_table.h"

#include "fnstore/error.h"

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_rules =
    "SELECT fn_id, status, older_than_ms, keep_last FROM retention_rules ORDER BY fn_id, status";
constexpr const char* sql_clear_rules = "DELETE FROM retention_rules";
constexpr const char* sql_insert_rule =
    "INSERT INTO retention_rules (fn_id, status, older_than_ms, keep_last) VALUES (?, ?, ?, ?)";
constexpr const char* sql_state =
    "SELECT applied_ms, max_bytes FROM retention_state WHERE only_row = 1";
constexpr const char* sql_set_max_bytes =
    "UPDATE retention_state SET max_bytes = ? WHERE only_row = 1";
constexpr const char* sql_set_applied =
    "UPDATE retention_state SET applied_ms = ? WHERE only_row = 1";

template <typename Number>
void bind_optional(SQLite::Statement& statement, int index, const std::optional<Number>& number) {
  if (number) {
    statement.bind(index, static_cast<std::int64_t>(*number));
  } else {
    statement.bind(index);
  }
}

/// A number that is not below 0, or nothing.
std::optional<std::int64_t> read_optional(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  const std::int64_t number = column.getInt64();
  if (number >= 0) return number;
  throw Error(Errc::corrupt,
              "the retention policy holds an impossible number: the file is damaged: restore it "
              "from a backup, or set the policy anew");
}

std::optional<Status> read_status(int stored) {
  if (stored == any_status) return std::nullopt;
  if (stored >= 0 && stored < status_count && is_finished(static_cast<Status>(stored))) {
    return static_cast<Status>(stored);
  }
  throw Error(Errc::corrupt,
              "the retention policy holds an impossible status: the file is damaged: restore it "
              "from a backup, or set the policy anew");
}

struct StateRow {
  std::int64_t applied = 0;
  std::optional<std::int64_t> max_bytes;
};

StateRow read_state_row(Connection& connection) {
  SQLite::Statement& query = connection.statement(sql_state);
  StateRow row;
  if (query.executeStep()) {
    row.applied = query.getColumn(0).getInt64();
    row.max_bytes = read_optional(query.getColumn(1));
  }
  query.reset();
  return row;
}

}  // namespace

RetentionPolicy read_policy(Connection& connection) {
  RetentionPolicy policy;
  SQLite::Statement& query = connection.statement(sql_rules);
  while (query.executeStep()) {
    RetentionRule& rule = policy.rules.emplace_back();
    rule.fn_id = query.getColumn(0).getString();
    rule.status = read_status(query.getColumn(1).getInt());
    const auto older_than = read_optional(query.getColumn(2));
    if (older_than) rule.older_than = std::chrono::milliseconds(*older_than);
    rule.keep_last = read_optional(query.getColumn(3));
  }
  query.reset();
  policy.max_bytes = read_state_row(connection).max_bytes;
  return policy;
}

void write_policy(Connection& connection, const RetentionPolicy& policy) {
  connection.run(sql_clear_rules);
  for (const RetentionRule& rule : policy.rules) {
    SQLite::Statement& insert = connection.statement(sql_insert_rule);
    insert.bindNoCopy(1, rule.fn_id);
    insert.bind(2, rule.status ? static_cast<int>(*rule.status) : any_status);
    std::optional<std::int64_t> older_than;
    if (rule.older_than) older_than = rule.older_than->count();
    bind_optional(insert, 3, older_than);
    bind_optional(insert, 4, rule.keep_last);
    insert.exec();
    insert.reset();
  }
  SQLite::Statement& update = connection.statement(sql_set_max_bytes);
  bind_optional(update, 1, policy.max_bytes);
  update.exec();
  update.reset();
}

std::int64_t read_applied(Connection& connection) {
  return read_state_row(connection).applied;
}

void write_applied(Connection& connection, std::int64_t applied) {
  SQLite::Statement& update = connection.statement(sql_set_applied);
  update.bind(1, applied);
  update.exec();
  update.reset();
}

}  // namespace fnstore::sqlite

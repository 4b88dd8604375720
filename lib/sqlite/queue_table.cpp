#include "sqlite/queue_table.h"

#include <algorithm>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_insert =
    "INSERT INTO queue (queue_no, fn_no, id, priority, runner, state, due_ms, attempt, worker_no) "
    "VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr const char* sql_find =
    "SELECT queue_no, fn_no, id, priority, runner, state, due_ms, attempt, worker_no FROM queue "
    "WHERE fn_no = ? AND id = ?";

constexpr const char* sql_delete = "DELETE FROM queue WHERE fn_no = ? AND id = ?";

constexpr const char* sql_claim =
    "UPDATE queue SET state = 2, worker_no = ?, attempt = ? WHERE queue_no = ?";

constexpr const char* sql_release =
    "UPDATE queue SET state = 1, worker_no = NULL WHERE queue_no = ?";

constexpr const char* sql_queue_at_end =
    "UPDATE queue SET state = 1, queue_no = (SELECT max(last.queue_no) + 1 FROM queue AS last) "
    "WHERE queue_no = ?";

constexpr const char* sql_waiting_commands =
    "SELECT queue_no, fn_no, id, priority, runner, state, due_ms, attempt, worker_no FROM queue "
    "WHERE state = 1 AND runner = 1 ORDER BY priority DESC, queue_no LIMIT ?";

constexpr const char* sql_waiting_calls =
    "SELECT queue_no, fn_no, id, priority, runner, state, due_ms, attempt, worker_no FROM queue "
    "WHERE state = 1 AND runner = 0 AND fn_no = ? ORDER BY priority DESC, queue_no LIMIT ?";

constexpr const char* sql_due =
    "SELECT queue_no, fn_no, id, priority, runner, state, due_ms, attempt, worker_no FROM queue "
    "WHERE state = 0 AND due_ms <= ? ORDER BY due_ms, queue_no LIMIT ?";

constexpr const char* sql_claimed =
    "SELECT queue_no, fn_no, id, priority, runner, state, due_ms, attempt, worker_no FROM queue "
    "WHERE state = 2 AND worker_no = ? ORDER BY queue_no";

constexpr const char* sql_insert_worker =
    "INSERT INTO queue_workers (worker_no, lease_until_ms) VALUES (?, ?)";
constexpr const char* sql_renew_worker =
    "UPDATE queue_workers SET lease_until_ms = ? WHERE worker_no = ?";
constexpr const char* sql_find_worker =
    "SELECT lease_until_ms FROM queue_workers WHERE worker_no = ?";
constexpr const char* sql_delete_worker = "DELETE FROM queue_workers WHERE worker_no = ?";
constexpr const char* sql_expired_workers =
    "SELECT worker_no FROM queue_workers WHERE lease_until_ms < ? ORDER BY worker_no";

constexpr const char* sql_next_due = "SELECT min(queue.due_ms) FROM queue WHERE state = 0";
constexpr const char* sql_next_lease =
    "SELECT min(queue_workers.lease_until_ms) FROM queue_workers";

constexpr const char* sql_find_key =
    "SELECT id FROM idempotency_keys WHERE fn_no = ? AND idempotency_key = ?";
constexpr const char* sql_insert_key =
    "INSERT INTO idempotency_keys (fn_no, idempotency_key, id) VALUES (?, ?, ?)";
constexpr const char* sql_delete_key = "DELETE FROM idempotency_keys WHERE fn_no = ? AND id = ?";

constexpr const char* sql_insert_result =
    "INSERT INTO call_results (result_no, fn_no, id, body) VALUES (NULL, ?, ?, ?)";
constexpr const char* sql_read_result = "SELECT body FROM call_results WHERE fn_no = ? AND id = ?";
constexpr const char* sql_delete_result = "DELETE FROM call_results WHERE fn_no = ? AND id = ?";

constexpr const char* sql_delete_keys =
    "DELETE FROM idempotency_keys WHERE fn_no = ? AND id >= ? AND id <= ?";
constexpr const char* sql_delete_results =
    "DELETE FROM call_results WHERE fn_no = ? AND id >= ? AND id <= ?";

constexpr const char* sql_any_keys =
    "SELECT 1 FROM idempotency_keys WHERE fn_no = ? AND id >= ? AND id <= ? LIMIT 1";
constexpr const char* sql_any_results =
    "SELECT 1 FROM call_results WHERE fn_no = ? AND id >= ? AND id <= ? LIMIT 1";

void bind_call(SQLite::Statement& statement, std::uint32_t fn_no, std::string_view id) {
  statement.bind(1, fn_no);
  statement.bind(2, std::string(id));
}

std::vector<QueueRow> read_rows(SQLite::Statement& query) {
  std::vector<QueueRow> rows;
  while (query.executeStep()) {
    QueueRow& row = rows.emplace_back();
    row.queue_no = query.getColumn(0).getInt64();
    row.fn_no = static_cast<std::uint32_t>(query.getColumn(1).getInt64());
    row.id = query.getColumn(2).getString();
    row.priority = query.getColumn(3).getInt64();
    row.runner = static_cast<Runner>(query.getColumn(4).getInt64());
    row.state = static_cast<QueueState>(query.getColumn(5).getInt64());
    row.due_ms = query.getColumn(6).getInt64();
    row.attempt = query.getColumn(7).getInt64();
    row.worker_no = query.getColumn(8).getInt64();
  }
  query.reset();
  return rows;
}

std::optional<std::int64_t> read_number(SQLite::Statement& query) {
  std::optional<std::int64_t> number;
  if (query.executeStep() && !query.getColumn(0).isNull()) number = query.getColumn(0).getInt64();
  query.reset();
  return number;
}

int change(SQLite::Statement& statement) {
  const int rows = statement.exec();
  statement.reset();
  return rows;
}

}  // namespace

void insert_queue_row(Connection& connection, const QueueRow& row) {
  SQLite::Statement& insert = connection.statement(sql_insert);
  bind_call(insert, row.fn_no, row.id);
  insert.bind(3, row.priority);
  insert.bind(4, static_cast<int>(row.runner));
  insert.bind(5, static_cast<std::int64_t>(row.state));
  insert.bind(6, row.due_ms);
  insert.bind(7, row.attempt);
  if (row.worker_no == 0) {
    insert.bind(8);
  } else {
    insert.bind(8, row.worker_no);
  }
  change(insert);
}

std::optional<QueueRow> find_queue_row(Connection& connection, std::uint32_t fn_no,
                                       std::string_view id) {
  SQLite::Statement& query = connection.statement(sql_find);
  bind_call(query, fn_no, id);
  std::vector<QueueRow> rows = read_rows(query);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

bool delete_queue_row(Connection& connection, std::uint32_t fn_no, std::string_view id) {
  SQLite::Statement& statement = connection.statement(sql_delete);
  bind_call(statement, fn_no, id);
  return change(statement) > 0;
}

void claim_queue_row(Connection& connection, std::int64_t queue_no, std::int64_t worker_no,
                     std::int64_t attempt) {
  SQLite::Statement& update = connection.statement(sql_claim);
  update.bind(1, worker_no);
  update.bind(2, attempt);
  update.bind(3, queue_no);
  change(update);
}

void release_queue_row(Connection& connection, std::int64_t queue_no) {
  SQLite::Statement& update = connection.statement(sql_release);
  update.bind(1, queue_no);
  change(update);
}

void queue_at_end(Connection& connection, std::int64_t queue_no) {
  SQLite::Statement& update = connection.statement(sql_queue_at_end);
  update.bind(1, queue_no);
  change(update);
}

std::vector<QueueRow> waiting_commands(Connection& connection, std::size_t most) {
  SQLite::Statement& query = connection.statement(sql_waiting_commands);
  query.bind(1, static_cast<std::int64_t>(most));
  return read_rows(query);
}

std::vector<QueueRow> waiting_calls(Connection& connection, std::uint32_t fn_no, std::size_t most) {
  SQLite::Statement& query = connection.statement(sql_waiting_calls);
  query.bind(1, fn_no);
  query.bind(2, static_cast<std::int64_t>(most));
  return read_rows(query);
}

std::vector<QueueRow> due_rows(Connection& connection, std::int64_t now_ms, std::size_t most) {
  SQLite::Statement& query = connection.statement(sql_due);
  query.bind(1, now_ms);
  query.bind(2, static_cast<std::int64_t>(most));
  return read_rows(query);
}

std::vector<QueueRow> claimed_rows(Connection& connection, std::int64_t worker_no) {
  SQLite::Statement& query = connection.statement(sql_claimed);
  query.bind(1, worker_no);
  return read_rows(query);
}

void insert_worker(Connection& connection, std::int64_t worker_no, std::int64_t lease_until_ms) {
  SQLite::Statement& insert = connection.statement(sql_insert_worker);
  insert.bind(1, worker_no);
  insert.bind(2, lease_until_ms);
  change(insert);
}

void renew_worker(Connection& connection, std::int64_t worker_no, std::int64_t lease_until_ms) {
  SQLite::Statement& update = connection.statement(sql_renew_worker);
  update.bind(1, lease_until_ms);
  update.bind(2, worker_no);
  change(update);
}

std::optional<std::int64_t> lease_of(Connection& connection, std::int64_t worker_no) {
  SQLite::Statement& query = connection.statement(sql_find_worker);
  query.bind(1, worker_no);
  return read_number(query);
}

void delete_worker(Connection& connection, std::int64_t worker_no) {
  SQLite::Statement& statement = connection.statement(sql_delete_worker);
  statement.bind(1, worker_no);
  change(statement);
}

std::vector<std::int64_t> expired_workers(Connection& connection, std::int64_t now_ms) {
  SQLite::Statement& query = connection.statement(sql_expired_workers);
  query.bind(1, now_ms);
  std::vector<std::int64_t> numbers;
  while (query.executeStep()) numbers.push_back(query.getColumn(0).getInt64());
  query.reset();
  return numbers;
}

std::optional<std::int64_t> next_queue_event(Connection& connection) {
  const std::optional<std::int64_t> due = read_number(connection.statement(sql_next_due));
  std::optional<std::int64_t> lease = read_number(connection.statement(sql_next_lease));
  if (lease) ++*lease;  // the last moment belongs to it
  return due && lease ? std::min(due, lease) : due ? due : lease;
}

std::optional<std::string> find_idempotency_key(Connection& connection, std::uint32_t fn_no,
                                                std::string_view key) {
  SQLite::Statement& query = connection.statement(sql_find_key);
  bind_call(query, fn_no, key);
  std::optional<std::string> id;
  if (query.executeStep()) id = query.getColumn(0).getString();
  query.reset();
  return id;
}

void insert_idempotency_key(Connection& connection, std::uint32_t fn_no, std::string_view key,
                            std::string_view id) {
  SQLite::Statement& insert = connection.statement(sql_insert_key);
  bind_call(insert, fn_no, key);
  insert.bind(3, std::string(id));
  change(insert);
}

void insert_result(Connection& connection, std::uint32_t fn_no, std::string_view id,
                   std::string_view frame) {
  SQLite::Statement& insert = connection.statement(sql_insert_result);
  bind_call(insert, fn_no, id);
  insert.bind(3, frame.data(), static_cast<int>(frame.size()));
  change(insert);
}

std::optional<std::string> read_result(Connection& connection, std::uint32_t fn_no,
                                       std::string_view id) {
  SQLite::Statement& query = connection.statement(sql_read_result);
  bind_call(query, fn_no, id);
  std::optional<std::string> frame;
  if (query.executeStep()) {
    const SQLite::Column body = query.getColumn(0);
    frame.emplace(static_cast<const char*>(body.getBlob()),
                  static_cast<std::size_t>(body.getBytes()));
  }
  query.reset();
  return frame;
}

void forget_queued_call(Connection& connection, std::uint32_t fn_no, std::string_view id) {
  for (const char* const constant : {sql_delete, sql_delete_key, sql_delete_result}) {
    SQLite::Statement& statement = connection.statement(constant);
    bind_call(statement, fn_no, id);
    change(statement);
  }
}

bool keeps_of_finished_calls(Connection& connection, std::uint32_t fn_no, const std::string& from,
                             const std::string& to) {
  bool any = false;
  for (const char* const constant : {sql_any_keys, sql_any_results}) {
    SQLite::Statement& query = connection.statement(constant);
    bind_call(query, fn_no, from);
    query.bindNoCopy(3, to);
    any = any || query.executeStep();
    query.reset();
  }
  return any;
}

void forget_finished_calls(Connection& connection, std::uint32_t fn_no, const std::string& from,
                           const std::string& to) {
  for (const char* const constant : {sql_delete_keys, sql_delete_results}) {
    SQLite::Statement& statement = connection.statement(constant);
    bind_call(statement, fn_no, from);
    statement.bindNoCopy(3, to);
    change(statement);
  }
}

}  // namespace fnstore::sqlite

#pragma once

#include "fnstore/queue.h"

#include "sqlite/connection.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// The state of a row of table queue. Stored: never change a number.
enum class QueueState : std::int64_t {
  delayed = 0,
  waiting = 1,
  claimed = 2,
};

/// A row of table queue. Its number is its place among those of one priority.
struct QueueRow {
  std::int64_t queue_no = 0;  // when inserted: not used, the next one is taken
  std::uint32_t fn_no = 0;
  std::string id;
  std::int64_t priority = 0;
  Runner runner = Runner::function;
  QueueState state = QueueState::waiting;
  std::int64_t due_ms = 0;
  std::int64_t attempt = 0;
  std::int64_t worker_no = 0;  // 0: none
};

void insert_queue_row(Connection& connection, const QueueRow& row);
std::optional<QueueRow> find_queue_row(Connection& connection, std::uint32_t fn_no,
                                       std::string_view id);
/// False when there was none.
bool delete_queue_row(Connection& connection, std::uint32_t fn_no, std::string_view id);

void claim_queue_row(Connection& connection, std::int64_t queue_no, std::int64_t worker_no,
                     std::int64_t attempt);
/// Makes a row wait in the place it has.
void release_queue_row(Connection& connection, std::int64_t queue_no);
/// Makes a delayed row wait, behind all others of its priority.
void queue_at_end(Connection& connection, std::int64_t queue_no);

/// Waiting rows, the first first.
std::vector<QueueRow> waiting_commands(Connection& connection, std::size_t most);
std::vector<QueueRow> waiting_calls(Connection& connection, std::uint32_t fn_no, std::size_t most);
/// Delayed rows that are due, the one due first first.
std::vector<QueueRow> due_rows(Connection& connection, std::int64_t now_ms, std::size_t most);
std::vector<QueueRow> claimed_rows(Connection& connection, std::int64_t worker_no);

void insert_worker(Connection& connection, std::int64_t worker_no, std::int64_t lease_until_ms);
void renew_worker(Connection& connection, std::int64_t worker_no, std::int64_t lease_until_ms);
/// When a worker's lease runs out; nothing when it has none.
std::optional<std::int64_t> lease_of(Connection& connection, std::int64_t worker_no);
void delete_worker(Connection& connection, std::int64_t worker_no);
std::vector<std::int64_t> expired_workers(Connection& connection, std::int64_t now_ms);

/// When the next delayed call is due or the next lease runs out.
std::optional<std::int64_t> next_queue_event(Connection& connection);

std::optional<std::string> find_idempotency_key(Connection& connection, std::uint32_t fn_no,
                                                std::string_view key);
void insert_idempotency_key(Connection& connection, std::uint32_t fn_no, std::string_view key,
                            std::string_view id);

void insert_result(Connection& connection, std::uint32_t fn_no, std::string_view id,
                   std::string_view frame);
/// Absent when there is none.
std::optional<std::string> read_result(Connection& connection, std::uint32_t fn_no,
                                       std::string_view id);

/// What the queue keeps of finished calls with ids in [from, to], all of which are deleted.
void forget_finished_calls(Connection& connection, std::uint32_t fn_no, const std::string& from,
                           const std::string& to);

/// Whether the queue keeps anything of calls with ids in [from, to] that are finished.
bool keeps_of_finished_calls(Connection& connection, std::uint32_t fn_no, const std::string& from,
                             const std::string& to);

/// Everything the queue keeps of a call that is deleted.
void forget_queued_call(Connection& connection, std::uint32_t fn_no, std::string_view id);

}  // namespace fnstore::sqlite

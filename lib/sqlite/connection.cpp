#include "sqlite/connection.h"

#include <SQLiteCpp/Exception.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <sqlite3.h>
#include <vector>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_begin_read = "BEGIN DEFERRED";
constexpr const char* sql_begin_write = "BEGIN IMMEDIATE";
constexpr const char* sql_commit = "COMMIT";
constexpr const char* sql_rollback = "ROLLBACK";
constexpr const char* sql_user_version = "PRAGMA user_version";
constexpr const char* sql_sync_full = "PRAGMA synchronous = FULL";
constexpr const char* sql_sync_normal = "PRAGMA synchronous = NORMAL";

constexpr int cache_kib_write = 16 * 1024;
constexpr int cache_kib_read = 4 * 1024;
constexpr int steps_between_questions = 100'000;  // of SQLite's machine: some milliseconds

// SQLite's write-ahead log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr int page_bytes = 4'096;
constexpr int wal_header_bytes = 32;
constexpr int wal_salt_at = 16;
constexpr int wal_frame_bytes = 24 + page_bytes;  // its first 4 bytes: the page, big-endian

constexpr int log_bytes_a_step = 1 << 16;  // SQLite writes less than 128 KiB at once

int open_flags(Access access) {
  const int always = SQLite::OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE;
  if (access == Access::at_rest) return always | SQLite::OPEN_READONLY | SQLite::OPEN_URI;
  if (access == Access::inspect) return always | SQLite::OPEN_READONLY;
  // A reader opens for writing too: only so can it recover a log that a killed process left. What
  // keeps it from writing is query_only.
  return always | SQLite::OPEN_READWRITE;
}

/// Only a URI can say that a file is at rest; in it, some characters have a meaning.
std::string name_for(const std::string& path, Access access) {
  if (access != Access::at_rest) return path;
  std::string uri = "file:";
  for (const char letter : path) {
    if (letter == '?' || letter == '#' || letter == '%') {
      uri += letter == '?' ? "%3f" : letter == '#' ? "%23" : "%25";
    } else {
      uri += letter;
    }
  }
  return uri + "?immutable=1";
}

void set_checkpoint_on_close(sqlite3* handle, bool on) {
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1, nullptr);
}

void configure(SQLite::Database& database, Access access, Sync sync) {
  sqlite3* const handle = database.getHandle();
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_wal_autocheckpoint(handle, 0);
  set_checkpoint_on_close(handle, false);
  // What users sort may be larger than memory: it goes to a file that has no name.
  if (access != Access::inspect) database.exec("PRAGMA temp_store = MEMORY");
  database.exec(sync == Sync::full ? sql_sync_full : sql_sync_normal);
  const int cache = access == Access::write ? cache_kib_write : cache_kib_read;
  database.exec("PRAGMA cache_size = -" + std::to_string(cache));
}

}  // namespace

Connection::Connection(const std::string& path, Access access, Sync sync,
                       std::chrono::milliseconds busy_timeout)
    : database_(name_for(path, access), open_flags(access), static_cast<int>(busy_timeout.count())),
      busy_timeout_(busy_timeout),
      sync_(sync) {
  configure(database_, access, sync);
  sqlite3_wal_hook(
      database_.getHandle(),
      [](void* frames, sqlite3*, const char*, int count) {
        *static_cast<int*>(frames) = count;
        return SQLITE_OK;
      },
      &wal_frames_);
  if (access == Access::read || access == Access::at_rest) forbid_writes();
  statement(sql_rollback);  // prepared: rolling back must not need memory
}

SQLite::Statement& Connection::statement(const char* constant) {
  const auto found = statements_.find(constant);
  if (found != statements_.end()) {
    found->second.tryReset();  // reset() would throw the failure of the last run once more
    return found->second;
  }
  return statements_.try_emplace(constant, database_, constant).first->second;
}

/// Not a kept statement: this pragma acts when it is prepared.
void Connection::set_sync(Sync sync) {
  if (sync == sync_) return;
  database_.exec(sync == Sync::full ? sql_sync_full : sql_sync_normal);
  sync_ = sync;
}

void Connection::run(const char* constant) {
  SQLite::Statement& prepared = statement(constant);
  prepared.exec();
  prepared.reset();
}

void Connection::checkpoint_on_close() {
  set_checkpoint_on_close(database_.getHandle(), true);
}

void Connection::forbid_writes() {
  database_.exec("PRAGMA query_only = ON");
}

bool Connection::in_transaction() {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

void Connection::open_log() {
  SQLite::Statement& query = statement(sql_user_version);
  query.executeStep();
  query.reset();
}

void Connection::interrupt_when(const std::function<bool()>& stop) {
  sqlite3_progress_handler(
      database_.getHandle(), steps_between_questions,
      [](void* asked) { return (*static_cast<const std::function<bool()>*>(asked))() ? 1 : 0; },
      const_cast<std::function<bool()>*>(&stop));
}

Connection::Moved Connection::checkpoint(int mode, std::chrono::milliseconds patience) {
  sqlite3* const handle = database_.getHandle();
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
  int frames = 0;
  int moved = 0;
  const int result = sqlite3_wal_checkpoint_v2(handle, "main", mode, &frames, &moved);
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout_.count()));
  if (result != SQLITE_OK && result != SQLITE_BUSY) throw SQLite::Exception(handle, result);
  return {result == SQLITE_OK, moved};
}

bool Connection::checkpoint(bool truncate, std::chrono::milliseconds patience) {
  const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART;
  if (!checkpoint(mode, patience).all) return false;
  wal_frames_ = 0;
  return true;
}

MovedPart Connection::checkpoint_part() {
  MovedPart part;
  part.frames = checkpoint(SQLITE_CHECKPOINT_FULL, std::chrono::milliseconds(0)).frames;
  part.salt = log_salt();
  return part;
}

/// Null where the log is not open.
sqlite3_file* Connection::file(int which) {
  sqlite3_file* found = nullptr;
  const int result = sqlite3_file_control(database_.getHandle(), "main", which, &found);
  if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
  return found != nullptr && found->pMethods != nullptr ? found : nullptr;
}

std::array<unsigned char, 8> Connection::log_salt() {
  std::array<unsigned char, 8> salt{};
  sqlite3_file* const log = file(SQLITE_FCNTL_JOURNAL_POINTER);
  const int result =
      log == nullptr ? SQLITE_IOERR_READ : log->pMethods->xRead(log, salt.data(), 8, wal_salt_at);
  if (result != SQLITE_OK) throw SQLite::Exception("the log's header cannot be read", result);
  return salt;
}

void Connection::move_again(const MovedPart& part) {
  if (log_salt() != part.salt) return;
  const auto check = [](int result) {
    if (result != SQLITE_OK) {
      throw SQLite::Exception("the log cannot be moved into the database again", result);
    }
  };
  sqlite3_file* const log = file(SQLITE_FCNTL_JOURNAL_POINTER);
  sqlite3_file* const database = file(SQLITE_FCNTL_FILE_POINTER);
  std::array<unsigned char, wal_frame_bytes> frame{};
  for (int i = 0; i < part.frames; ++i) {
    check(log->pMethods->xRead(log, frame.data(), wal_frame_bytes,
                               wal_header_bytes + std::int64_t{i} * wal_frame_bytes));
    std::int64_t page = 0;
    for (int byte = 0; byte < 4; ++byte) page = page << 8 | frame[static_cast<std::size_t>(byte)];
    check(database->pMethods->xWrite(database, frame.data() + (wal_frame_bytes - page_bytes),
                                     page_bytes, (page - 1) * page_bytes));
  }
  check(database->pMethods->xSync(database, SQLITE_SYNC_NORMAL));
}

void Connection::sync_file(int which) {
  sqlite3_file* const synced = file(which);
  if (synced == nullptr) return;
  const int result = synced->pMethods->xSync(synced, SQLITE_SYNC_NORMAL);
  if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
}

void Connection::sync_database() {
  sync_file(SQLITE_FCNTL_FILE_POINTER);
}

void Connection::sync_log() {
  sync_file(SQLITE_FCNTL_JOURNAL_POINTER);
}

void Connection::rewrite_log() {
  const auto check = [](int result) {
    if (result != SQLITE_OK) throw SQLite::Exception("the log cannot be written again", result);
  };
  sqlite3_file* const log = file(SQLITE_FCNTL_JOURNAL_POINTER);
  if (log == nullptr) return;
  sqlite3_int64 size = 0;
  check(log->pMethods->xFileSize(log, &size));
  std::vector<char> bytes(log_bytes_a_step);
  for (sqlite3_int64 at = 0; at < size; at += log_bytes_a_step) {
    const auto count = static_cast<int>(std::min<sqlite3_int64>(log_bytes_a_step, size - at));
    check(log->pMethods->xRead(log, bytes.data(), count, at));
    check(log->pMethods->xWrite(log, bytes.data(), count, at));
  }
  check(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL));
}

ScopedTransaction::ScopedTransaction(Connection& connection, Access access)
    : connection_(connection) {
  connection_.run(access == Access::write ? sql_begin_write : sql_begin_read);
}

ScopedTransaction::~ScopedTransaction() {
  if (!open_) return;
  try {
    connection_.run(sql_rollback);
  } catch (const std::exception&) {
    // SQLite has rolled back by itself, or whoever has the connection finds it in_transaction().
  }
}

void ScopedTransaction::commit() {
  connection_.run(sql_commit);
  open_ = false;
}

}  // namespace fnstore::sqlite

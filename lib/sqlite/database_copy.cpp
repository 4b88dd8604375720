#include "sqlite/database_copy.h"

#include "sqlite/errors.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_page_count = "PRAGMA page_count";
constexpr const char* sql_page_size = "PRAGMA page_size";

constexpr int pages_a_step = 256;  // 1 MiB: often enough to be asked to stop

std::uint64_t number(Connection& connection, const char* pragma) {
  SQLite::Statement& query = connection.statement(pragma);
  const std::int64_t value = query.executeStep() ? query.getColumn(0).getInt64() : 0;
  query.reset();
  return static_cast<std::uint64_t>(value);
}

bool concerns_target(const SQLite::Exception& failure) {
  const int code = failure.getErrorCode() & 0xff;
  return code == SQLITE_FULL || code == SQLITE_CANTOPEN || code == SQLITE_READONLY ||
         failure.getExtendedErrorCode() == SQLITE_IOERR_WRITE;
}

}  // namespace

std::uint64_t copy_bytes(Connection& source) {
  return number(source, sql_page_count) * number(source, sql_page_size);
}

// SQLite's backup begins anew whenever it finds that another connection has written between two of
// its steps, so on a busy store it might never end. It finds nothing of that here: the caller's
// read transaction holds one state of the database for as long as it is open, and writers go on
// in the log behind it.
void copy_database(Connection& source, const std::string& target, WorkMeter& meter) {
  try {
    SQLite::Database copy(target, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX);
    // A half copy is thrown away, and a whole one is synced at the end by whoever keeps it.
    copy.exec("PRAGMA journal_mode = OFF");
    copy.exec("PRAGMA synchronous = OFF");
    const std::uint64_t page_bytes = number(source, sql_page_size);
    SQLite::Backup backup(copy, source.database());
    int left = static_cast<int>(number(source, sql_page_count));
    int result = SQLITE_OK;
    while (result == SQLITE_OK) {
      result = backup.executeStep(pages_a_step);
      const int now_left = backup.getRemainingPageCount();
      meter.advance(static_cast<std::uint64_t>(left - now_left) * page_bytes);
      left = now_left;
    }
    if (result != SQLITE_DONE) throw SQLite::Exception("the copy was kept from going on", result);
  } catch (const SQLite::Exception& failure) {
    if (concerns_target(failure)) throw to_error(failure, target);
    throw;
  }
}

}  // namespace fnstore::sqlite

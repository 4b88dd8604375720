// The loadable extension of the sqlite3 shell and other programs that use the system's SQLite:
// `.load fnstore_calls` gives them the table `calls` and the views beside it.

#include "fnstore/error.h"

#include "sqlite/handle_statement.h"
#include "sqlite/schema.h"
#include "sqlite/sql_tables.h"

#include <exception>
#include <sqlite3.h>
#include <string>

// With it, the header declares what a program hands over, and does not put it in the place of the
// SQLite that this is linked with.
#define SQLITE_CORE 1
#include <sqlite3ext.h>

namespace fnstore::sqlite {
namespace {

/// The first that has what the table needs.
constexpr int least_sqlite_version = 3'038'000;

std::int64_t number_of(sqlite3* handle, const char* pragma) {
  HandleStatement statement(handle, pragma);
  return statement.step() ? statement.number(0) : 0;
}

/// What is wrong with this program or its file; empty when nothing is.
std::string objection(sqlite3* handle, const sqlite3_api_routines* program) {
  const bool new_enough = program->libversion_number() >= least_sqlite_version;
  if (!new_enough || program->vtab_in != &sqlite3_vtab_in) {
    return "this program has an SQLite of its own; fnstore_calls needs one that uses the system's";
  }
  if (number_of(handle, "PRAGMA main.application_id") != application_id) {
    return "the open database is no fnstore file: open one, then load this again";
  }
  const auto newest = static_cast<std::int64_t>(newest_schema_version());
  const std::int64_t version = number_of(handle, "PRAGMA main.user_version");
  if (version > newest) {
    return "the store was written by a newer fnstore: load the extension that came with it";
  }
  if (version < newest) {
    return "the store was written by an older fnstore: open it with this one once, as "
           "'fnstore-query info' does, then load this again";
  }
  return "";
}

/// A program that reads has no business with the log: only fnstore knows when it may be moved.
void leave_log_alone(sqlite3* handle) {
  sqlite3_wal_autocheckpoint(handle, 0);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

int load(sqlite3* handle, std::string& message, const sqlite3_api_routines* program) {
  try {
    message = objection(handle, program);
    if (!message.empty()) return SQLITE_ERROR;
    leave_log_alone(handle);
    add_sql_tables(handle);
    return SQLITE_OK;
  } catch (const HandleFailure& failure) {
    message = failure.message;
    return failure.code;
  } catch (const std::exception& error) {
    message = error.what();
    return SQLITE_ERROR;
  }
}

}  // namespace
}  // namespace fnstore::sqlite

/// SQLite finds it by the name of the file.
extern "C" __attribute__((visibility("default"))) int sqlite3_fnstorecalls_init(
    sqlite3* handle, char** message, const sqlite3_api_routines* program);

extern "C" int sqlite3_fnstorecalls_init(sqlite3* handle, char** message,
                                         const sqlite3_api_routines* program) {
  std::string said;
  const int code = fnstore::sqlite::load(handle, said, program);
  if (code != SQLITE_OK) *message = sqlite3_mprintf("%s", said.c_str());
  return code;
}

#pragma once

#include "fnstore/error.h"

#include "sqlite/handle_statement.h"

#include <exception>
#include <new>
#include <sqlite3.h>

namespace fnstore::sqlite {

/// Leaves a message for whoever asked the table, beside the code that is returned.
inline int say(sqlite3_vtab* table, int code, const char* message) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message);
  return code;
}

/// Runs `work`; what it throws becomes a result code and a message, since no exception may pass
/// through SQLite.
template <typename Work>
int guarded(sqlite3_vtab* table, const Work& work) {
  try {
    work();
    return SQLITE_OK;
  } catch (const HandleFailure& failure) {
    return say(table, failure.code, failure.message.c_str());
  } catch (const Error& error) {
    return say(table, error.code() == Errc::corrupt ? SQLITE_CORRUPT : SQLITE_ERROR, error.what());
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception& error) {
    return say(table, SQLITE_ERROR, error.what());
  }
}

}  // namespace fnstore::sqlite

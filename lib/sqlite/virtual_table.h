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

/// A virtual table of a `Table`, which keeps its connection in `handle` beside SQLite's own part.
/// `declaration` is a text.
template <typename Table>
int connect_table(sqlite3* handle, void* declaration, int, const char* const*, sqlite3_vtab** made,
                  char** message) {
  const int code = sqlite3_declare_vtab(handle, static_cast<const char*>(declaration));
  if (code != SQLITE_OK) {
    *message = sqlite3_mprintf("%s", sqlite3_errmsg(handle));
    return code;
  }
  auto* const table = new (std::nothrow) Table();
  if (table == nullptr) return SQLITE_NOMEM;
  table->handle = handle;
  *made = table;
  return SQLITE_OK;
}

/// The module of such a table, its cursor and the functions that are its own. Without xCreate the
/// table exists by its name alone: nothing about it is ever in the file.
template <typename Table, typename Cursor>
sqlite3_module module_of(const sqlite3_module& own) {
  sqlite3_module module = own;
  module.iVersion = 1;
  module.xConnect = connect_table<Table>;
  module.xDisconnect = [](sqlite3_vtab* table) {
    delete static_cast<Table*>(table);
    return SQLITE_OK;
  };
  module.xClose = [](sqlite3_vtab_cursor* cursor) {
    delete static_cast<Cursor*>(cursor);
    return SQLITE_OK;
  };
  return module;
}

/// Makes a table readable under its name by this connection. `module` must outlive it.
inline int add_table(sqlite3* handle, const char* name, const sqlite3_module& module,
                     const char* declaration) {
  return sqlite3_create_module_v2(handle, name, &module, const_cast<char*>(declaration), nullptr);
}

}  // namespace fnstore::sqlite

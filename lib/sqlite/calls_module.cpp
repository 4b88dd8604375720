#include "sqlite/calls_module.h"

#include "fnstore/error.h"

#include "sqlite/calls_cursor.h"
#include "sqlite/virtual_table.h"

#include <memory>
#include <new>
#include <sqlite3.h>
#include <string>

namespace fnstore::sqlite {
namespace {

constexpr const char* calls_declaration =
    "CREATE TABLE calls (id TEXT, fn_id TEXT, app_id TEXT, app_name TEXT, trigger_id TEXT, "
    "type TEXT, status TEXT, error TEXT, created_at TEXT, started_at TEXT, completed_at TEXT, "
    "wait_ms INTEGER, run_ms INTEGER, stats TEXT)";

/// What SQLite holds of the table: its own part first.
struct CallsTable : sqlite3_vtab {
  sqlite3* handle = nullptr;
  std::unique_ptr<CallsSource> source;  // made when a statement first runs

  CallsSource& opened() {
    if (source == nullptr) source = std::make_unique<CallsSource>(handle);
    return *source;
  }
};

struct OpenCursor : sqlite3_vtab_cursor {
  std::unique_ptr<CallsCursor> cursor;
};

CallsTable& table_of(sqlite3_vtab* table) {
  return *static_cast<CallsTable*>(table);
}

CallsCursor& cursor_of(sqlite3_vtab_cursor* cursor) {
  return *static_cast<OpenCursor*>(cursor)->cursor;
}

int connect(sqlite3* handle, void*, int, const char* const*, sqlite3_vtab** made, char** message) {
  if (const int code = sqlite3_declare_vtab(handle, calls_declaration); code != SQLITE_OK) {
    *message = sqlite3_mprintf("%s", sqlite3_errmsg(handle));
    return code;
  }
  auto* const table = new (std::nothrow) CallsTable();
  if (table == nullptr) return SQLITE_NOMEM;
  table->handle = handle;
  *made = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<CallsTable*>(table);
  return SQLITE_OK;
}

/// A guess is enough here, and what is wrong with the file is said when it is read.
std::int64_t function_count(CallsTable& table) {
  try {
    return table.opened().function_count();
  } catch (const HandleFailure&) {
    return most_merged_functions + 1;
  } catch (const Error&) {
    return most_merged_functions + 1;
  }
}

int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  int code = SQLITE_OK;
  const int failed =
      guarded(table, [&] { code = plan_calls(*info, function_count(table_of(table))); });
  return failed != SQLITE_OK ? failed : code;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** made) {
  return guarded(table, [&] {
    auto opened = std::make_unique<OpenCursor>();
    opened->cursor = std::make_unique<CallsCursor>(table_of(table).opened());
    *made = opened.release();
  });
}

int close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<OpenCursor*>(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char* words, int count, sqlite3_value** values) {
  return guarded(cursor->pVtab, [&] {
    cursor_of(cursor).start(read_plan(words == nullptr ? "" : words, values, count));
  });
}

int next(sqlite3_vtab_cursor* cursor) {
  return guarded(cursor->pVtab, [&] { cursor_of(cursor).next(); });
}

int at_end(sqlite3_vtab_cursor* cursor) {
  return cursor_of(cursor).at_end() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int which) {
  return guarded(cursor->pVtab,
                 [&] { cursor_of(cursor).column(context, static_cast<CallsColumn>(which)); });
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* number) {
  return guarded(cursor->pVtab, [&] { *number = cursor_of(cursor).row_number(); });
}

/// Without xCreate the table exists by its name alone: nothing about it is ever in the file.
sqlite3_module made_module() {
  sqlite3_module module{};
  module.iVersion = 1;
  module.xConnect = connect;
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}

}  // namespace

int add_calls_table(sqlite3* handle) {
  static const sqlite3_module module = made_module();
  return sqlite3_create_module_v2(handle, "calls", &module, nullptr, nullptr);
}

}  // namespace fnstore::sqlite

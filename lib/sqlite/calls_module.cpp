#include "sqlite/calls_module.h"

#include "fnstore/error.h"

#include "sqlite/calls_cursor.h"
#include "sqlite/virtual_table.h"

#include <memory>
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

sqlite3_module made_module() {
  sqlite3_module own{};
  own.xBestIndex = best_index;
  own.xOpen = open;
  own.xFilter = filter;
  own.xNext = next;
  own.xEof = at_end;
  own.xColumn = column;
  own.xRowid = row_id;
  return module_of<CallsTable, OpenCursor>(own);
}

}  // namespace

int add_calls_table(sqlite3* handle) {
  static const sqlite3_module module = made_module();
  return add_table(handle, "calls", module, calls_declaration);
}

}  // namespace fnstore::sqlite

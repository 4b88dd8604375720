#include "sqlite/block_columns_module.h"

#include "sqlite/block_columns.h"
#include "sqlite/virtual_table.h"

#include <memory>
#include <sqlite3.h>
#include <string>

namespace fnstore::sqlite {
namespace {

constexpr const char* declaration =
    "CREATE TABLE block_columns (fn_id TEXT, column_name TEXT, calls INTEGER, bytes INTEGER)";

// Places in the declaration.
enum TableColumn : int { column_fn_id, column_column_name, column_calls, column_bytes };

enum Plan : int { every_function, one_function };

struct ColumnsTable : sqlite3_vtab {
  sqlite3* handle = nullptr;
};

struct ColumnsCursor : sqlite3_vtab_cursor {
  std::unique_ptr<BlockColumns> blocks;
  const FunctionBytes* function = nullptr;  // null at the end
  std::size_t part = 0;
  sqlite3_int64 row = 0;
};

ColumnsCursor& cursor_of(sqlite3_vtab_cursor* cursor) {
  return *static_cast<ColumnsCursor*>(cursor);
}

/// One function is found by its id when that is compared as bytes.
int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  info->idxNum = every_function;
  info->estimatedCost = 1e6;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    const bool usable = constraint.usable != 0 && constraint.iColumn == column_fn_id &&
                        constraint.op == SQLITE_INDEX_CONSTRAINT_EQ &&
                        sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") == 0;
    if (!usable) continue;
    info->aConstraintUsage[i].argvIndex = 1;
    info->idxNum = one_function;
    info->estimatedCost = 1e3;
    break;
  }
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** made) {
  return guarded(table, [&] {
    auto opened = std::make_unique<ColumnsCursor>();
    opened->blocks = std::make_unique<BlockColumns>(static_cast<ColumnsTable*>(table)->handle);
    *made = opened.release();
  });
}

int filter(sqlite3_vtab_cursor* cursor, int plan, const char*, int, sqlite3_value** values) {
  return guarded(cursor->pVtab, [&] {
    ColumnsCursor& place = cursor_of(cursor);
    place.function = nullptr;
    place.part = 0;
    place.row = 0;
    std::optional<std::string> fn_id;
    if (plan == one_function) {
      if (sqlite3_value_type(values[0]) != SQLITE_TEXT) return;  // equals no id
      const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
      if (text == nullptr) throw std::bad_alloc();
      fn_id.emplace(text, static_cast<std::size_t>(sqlite3_value_bytes(values[0])));
    }
    place.blocks->start(fn_id);
    place.function = place.blocks->next();
  });
}

int next(sqlite3_vtab_cursor* cursor) {
  return guarded(cursor->pVtab, [&] {
    ColumnsCursor& place = cursor_of(cursor);
    ++place.row;
    if (++place.part < FunctionBytes::parts) return;
    place.part = 0;
    place.function = nullptr;
    place.function = place.blocks->next();
  });
}

int at_end(sqlite3_vtab_cursor* cursor) {
  return cursor_of(cursor).function == nullptr ? 1 : 0;
}

void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int which) {
  const ColumnsCursor& place = cursor_of(cursor);
  switch (which) {
    case column_fn_id:
      give_text(context, place.function->fn_id);
      break;
    case column_column_name:
      give_text(context, part_name(place.part));
      break;
    case column_calls:
      sqlite3_result_int64(context, place.function->calls);
      break;
    default:
      sqlite3_result_int64(context, place.function->bytes[place.part]);
  }
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* number) {
  *number = cursor_of(cursor).row;
  return SQLITE_OK;
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
  return module_of<ColumnsTable, ColumnsCursor>(own);
}

}  // namespace

int add_block_columns_table(sqlite3* handle) {
  static const sqlite3_module module = made_module();
  return add_table(handle, "block_columns", module, declaration);
}

}  // namespace fnstore::sqlite

#include "sqlite/sql_tables.h"

#include "fnstore/error.h"

#include "model/quote.h"
#include "sqlite/block_columns_module.h"
#include "sqlite/calls_module.h"
#include "sqlite/handle_statement.h"

#include <sqlite3.h>

namespace fnstore::sqlite {
namespace {

// Temporary views come before what the file has of the same name; a virtual table comes after it.
constexpr const char* sql_taken_name =
    "SELECT name FROM main.sqlite_schema "
    "WHERE name COLLATE NOCASE IN ('calls', 'block_columns')";

// Times before 1970 are negative: the milliseconds are taken off downwards.
constexpr const char* sql_blocks_view =
    "CREATE TEMP VIEW IF NOT EXISTS blocks AS "
    "SELECT f.fn_id AS fn_id, b.min_id AS min_id, b.max_id AS max_id, b.calls AS calls, "
    "b.errors AS errors, b.cancelled AS cancelled, "
    "strftime('%Y-%m-%dT%H:%M:%S', (b.min_created_ms - (b.min_created_ms % 1000 + 1000) % 1000) "
    "/ 1000, 'unixepoch') || printf('.%03dZ', (b.min_created_ms % 1000 + 1000) % 1000) "
    "AS min_created_at, "
    "strftime('%Y-%m-%dT%H:%M:%S', (b.max_created_ms - (b.max_created_ms % 1000 + 1000) % 1000) "
    "/ 1000, 'unixepoch') || printf('.%03dZ', (b.max_created_ms % 1000 + 1000) % 1000) "
    "AS max_created_at, "
    "length(p.columns) + coalesce(length(p.texts), 0) + coalesce(length(p.stats), 0) AS bytes "
    "FROM main.call_blocks AS b JOIN main.fns AS f ON f.fn_no = b.fn_no "
    "LEFT JOIN main.block_bodies AS p ON p.body_no = b.body_no";

constexpr const char* sql_functions_view =
    "CREATE TEMP VIEW IF NOT EXISTS functions AS "
    "SELECT fn_id, calls, errors, cancelled, unfinished, "
    "strftime('%Y-%m-%dT%H:%M:%S', (oldest_ms - (oldest_ms % 1000 + 1000) % 1000) / 1000, "
    "'unixepoch') || printf('.%03dZ', (oldest_ms % 1000 + 1000) % 1000) AS oldest, "
    "strftime('%Y-%m-%dT%H:%M:%S', (newest_ms - (newest_ms % 1000 + 1000) % 1000) / 1000, "
    "'unixepoch') || printf('.%03dZ', (newest_ms % 1000 + 1000) % 1000) AS newest "
    "FROM (SELECT f.fn_id AS fn_id, sum(t.calls) AS calls, sum(t.errors) AS errors, "
    "sum(t.cancelled) AS cancelled, sum(t.unfinished) AS unfinished, "
    "min(t.oldest_ms) AS oldest_ms, max(t.newest_ms) AS newest_ms FROM "
    "(SELECT g.fn_no AS fn_no, g.calls AS calls, g.errors AS errors, g.cancelled AS cancelled, "
    "0 AS unfinished, g.min_created_ms AS oldest_ms, g.max_created_ms AS newest_ms "
    "FROM main.block_groups AS g WHERE g.calls > 0 UNION ALL "
    "SELECT r.fn_no, 1, r.status = 4, r.status = 5, r.status < 3, r.created_ms, r.created_ms "
    "FROM main.call_rows AS r JOIN main.fns AS n ON n.fn_no = r.fn_no "
    "WHERE r.status <= 5 AND NOT (r.status >= 3 AND r.row_no <= n.packed_to)) AS t "
    "JOIN main.fns AS f ON f.fn_no = t.fn_no GROUP BY f.fn_no)";

void refuse_taken_name(sqlite3* handle) {
  HandleStatement query(handle, sql_taken_name);
  if (!query.step()) return;
  throw Error(Errc::corrupt,
              "the file has a table or view " + quote(query.bytes(0)) +
                  " of its own, which is not fnstore's: remove it, or restore a backup");
}

void run(sqlite3* handle, const char* constant) {
  HandleStatement statement(handle, constant);
  statement.step();
}

}  // namespace

void add_sql_tables(sqlite3* handle) {
  refuse_taken_name(handle);
  for (const auto add : {add_calls_table, add_block_columns_table}) {
    if (const int code = add(handle); code != SQLITE_OK) {
      throw HandleFailure{code, sqlite3_errmsg(handle)};
    }
  }
  run(handle, sql_blocks_view);
  run(handle, sql_functions_view);
}

}  // namespace fnstore::sqlite

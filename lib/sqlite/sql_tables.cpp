#include "sqlite/sql_tables.h"

#include "fnstore/error.h"

#include "codec/row_batch.h"
#include "model/quote.h"
#include "sqlite/block_columns_module.h"
#include "sqlite/calls_module.h"
#include "sqlite/handle_statement.h"

#include <fmt/format.h>
#include <iterator>
#include <new>
#include <sqlite3.h>
#include <string>
#include <string_view>

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

constexpr const char* sql_rows_view =
    "CREATE TEMP VIEW IF NOT EXISTS unpacked_rows AS "
    "SELECT row_no, fn_no, status, created_ms FROM main.call_rows WHERE status <= 5 UNION ALL "
    "SELECT b.first_row_no + j.key, json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]'), "
    "json_extract(j.value, '$[2]') "
    "FROM main.row_batches AS b JOIN json_each(fnstore_row_batch(b.body)) AS j";

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
    "FROM temp.unpacked_rows AS r JOIN main.fns AS n ON n.fn_no = r.fn_no "
    "WHERE NOT (r.status >= 3 AND r.row_no <= n.packed_to)) AS t "
    "JOIN main.fns AS f ON f.fn_no = t.fn_no GROUP BY f.fn_no)";

void run(sqlite3* handle, const char* constant) {
  HandleStatement statement(handle, constant);
  statement.step();
}

/// fnstore_row_batch(body): [[fn_no, status, created_ms], ...] of a batch of rows.
void tell_row_batch(sqlite3_context* context, int, sqlite3_value** values) {
  try {
    const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(values[0]));
    codec::RowBatchReader reader(
        std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(values[0]))));
    std::string json = "[";
    codec::BatchedRow row;
    while (reader.next(row)) {
      fmt::format_to(std::back_inserter(json), "{}[{},{},{}]", json.size() == 1 ? "" : ",",
                     row.fn_no, static_cast<int>(row.call.status), row.call.created);
    }
    json += "]";
    sqlite3_result_text64(context, json.data(), json.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (const Error& error) {
    sqlite3_result_error(context, error.what(), -1);
    sqlite3_result_error_code(context, SQLITE_CORRUPT);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void add_rows_view(sqlite3* handle) {
  const int code = sqlite3_create_function_v2(handle, "fnstore_row_batch", 1,
                                              SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                              nullptr, tell_row_batch, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw HandleFailure{code, sqlite3_errmsg(handle)};
  run(handle, sql_rows_view);
}

void refuse_taken_name(sqlite3* handle) {
  HandleStatement query(handle, sql_taken_name);
  if (!query.step()) return;
  throw Error(Errc::corrupt,
              "the file has a table or view " + quote(query.bytes(0)) +
                  " of its own, which is not fnstore's: remove it, or restore a backup");
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
  add_rows_view(handle);
  run(handle, sql_functions_view);
}

}  // namespace fnstore::sqlite

#pragma once

#include "fnstore/store.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fnstore {

/// The bytes of a BLOB.
struct SqlBlob {
  std::string_view bytes;
};

/// One value of a row. std::monostate is NULL. A text is usually UTF-8, but SQL can make one of
/// any bytes.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string_view, SqlBlob>;

/// One row of a result. Views: good until the callback returns.
struct SqlRow {
  std::span<const std::string> columns;  ///< as the statement names them; may repeat
  std::span<const SqlValue> values;      ///< as many
};

/// Takes the rows one by one. What it throws ends the statement and leaves run_sql as it is.
using SqlCallback = std::function<void(const SqlRow&)>;

struct SqlOptions {
  /// How long the statement may take, the callback included; zero: for ever.
  std::chrono::milliseconds time_limit{0};
  /// Any thread may request the stop.
  std::stop_token stop{};
};

/// Runs one SELECT (or VALUES, WITH or EXPLAIN) of SQLite's SQL over the store, at one moment of
/// it, and returns the names of the columns. The table `calls` has every call; schema/README.md
/// tells its columns, and those of the views `blocks` and `functions`.
///
/// Nothing can be changed by it: the connection is read-only, and whatever is not reading is
/// refused. Runs on the caller's thread; many may run at once. While it runs, the write-ahead log
/// of the store only grows.
///
/// Throws `invalid` for SQL that is wrong, is empty, is more than one statement, or would do
/// something else than read; `timed_out` and `interrupted`; `corrupt` when it meets damage.
std::vector<std::string> run_sql(const Store& store, std::string_view sql, const SqlCallback& take,
                                 const SqlOptions& options = {});

}  // namespace fnstore

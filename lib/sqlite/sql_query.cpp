#include "sqlite/sql_query.h"

#include "fnstore/limits.h"

#include "model/quote.h"
#include "sqlite/connection.h"
#include "sqlite/errors.h"
#include "sqlite/handle_statement.h"
#include "sqlite/sql_authorizer.h"
#include "sqlite/sql_tables.h"
#include "sqlite/sql_watch.h"

#include <fmt/format.h>
#include <memory>
#include <sqlite3.h>

namespace fnstore::sqlite {
namespace {

/// The longest value, as read or as made on the way: a log with room for its frame.
constexpr int most_value_bytes = static_cast<int>(limits::log_bytes) + (1 << 20);
constexpr int most_sql_bytes = 1 << 20;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

void set_limits(sqlite3* handle) {
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, most_value_bytes);
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, most_sql_bytes);
  sqlite3_limit(handle, SQLITE_LIMIT_VDBE_OP, 1'000'000);
  sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1'000);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
  sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
}

/// One statement of a user on its connection.
class Query {
 public:
  Query(Connection& connection, const std::string& path, const SqlRequest& request)
      : handle_(connection.database().getHandle()),
        path_(path),
        request_(request),
        authorizer_(handle_),
        watch_(handle_, *request.options) {}

  std::vector<std::string> run() {
    prepare();
    std::vector<std::string> columns;
    const int count = sqlite3_column_count(statement_.get());
    for (int i = 0; i < count; ++i) {
      const char* const name = sqlite3_column_name(statement_.get(), i);
      columns.emplace_back(name == nullptr ? "" : name);
    }
    std::vector<SqlValue> values(columns.size());
    while (step()) {
      for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = value(i);
      (*request_.take)({columns, values});
    }
    return columns;
  }

 private:
  void prepare() {
    if (request_.text.find('\0') != std::string_view::npos) {
      throw Error(Errc::invalid, "the SQL holds a NUL character");
    }
    std::string_view rest = request_.text;
    while (statement_ == nullptr && !rest.empty()) statement_ = prepare_first(rest);
    if (statement_ == nullptr) throw Error(Errc::invalid, "the SQL is empty: give one SELECT");
    refuse_second(rest);
    if (sqlite3_stmt_readonly(statement_.get()) == 0) refuse("writing");
  }

  /// Compiles up to the first semicolon and takes that from `rest`; null for comments and spaces.
  Prepared prepare_first(std::string_view& rest) {
    sqlite3_stmt* made = nullptr;
    const char* end = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_, rest.data(), static_cast<int>(rest.size()), 0, &made, &end);
    Prepared prepared(made);
    if (code != SQLITE_OK) fail(code, rest);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return prepared;
  }

  void refuse_second(std::string_view rest) {
    while (!rest.empty()) {
      bool found = true;
      try {
        found = prepare_first(rest) != nullptr;
      } catch (const Error&) {
        // Whatever it is, it is no comment.
      }
      if (found) {
        throw Error(Errc::invalid, "the SQL is more than one statement: give one SELECT");
      }
    }
  }

  bool step() {
    watch_.check();
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail(code, {});
    return false;
  }

  SqlValue value(int column) {
    sqlite3_stmt* const row = statement_.get();
    switch (sqlite3_column_type(row, column)) {
      case SQLITE_INTEGER:
        return std::int64_t{sqlite3_column_int64(row, column)};
      case SQLITE_FLOAT:
        return sqlite3_column_double(row, column);
      case SQLITE_TEXT:
        return bytes(sqlite3_column_text(row, column), column);
      case SQLITE_BLOB:
        return SqlBlob{bytes(sqlite3_column_blob(row, column), column)};
      default:
        return std::monostate{};
    }
  }

  std::string_view bytes(const void* start, int column) {
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    if (start == nullptr) return {};
    return {static_cast<const char*>(start), size};
  }

  [[noreturn]] static void refuse(const std::string& what) {
    throw Error(Errc::invalid,
                fmt::format("{} is not allowed here: this SQL may only read the store", what));
  }

  /// `compiled`: the SQL that was given to SQLite, when that is what failed.
  [[noreturn]] void fail(int code, std::string_view compiled) {
    const std::string message = sqlite3_errmsg(handle_);
    const int offset = sqlite3_error_offset(handle_);
    watch_.check();
    switch (code & 0xff) {
      case SQLITE_AUTH:
        if (!authorizer_.refused().empty()) refuse(authorizer_.refused());
        [[fallthrough]];
      case SQLITE_ERROR:
      case SQLITE_TOOBIG:
      case SQLITE_MISMATCH:
        throw Error(Errc::invalid, "SQL: " + message + place(offset, compiled));
      case SQLITE_CORRUPT:
        if (message == sqlite3_errstr(code)) break;
        throw Error(Errc::corrupt, fmt::format("{}: {}", path_, message));
      default:
        break;
    }
    throw SQLite::Exception(handle_, code);
  }

  std::string place(int offset, std::string_view compiled) const {
    const bool known = offset >= 0 && static_cast<std::size_t>(offset) < compiled.size();
    if (!known) return "";
    const std::string_view found = compiled.substr(static_cast<std::size_t>(offset));
    return fmt::format(", at byte {}: {}", found.data() - request_.text.data() + 1, quote(found));
  }

  sqlite3* handle_;
  const std::string& path_;
  const SqlRequest& request_;
  ReadOnlyAuthorizer authorizer_;
  SqlWatch watch_;
  Prepared statement_;
};

}  // namespace

std::vector<std::string> run_query(const std::string& path, std::chrono::milliseconds busy_timeout,
                                   const SqlRequest& request) {
  Connection connection(path, Access::inspect, Sync::normal, busy_timeout);
  try {
    add_sql_tables(connection.database().getHandle());
  } catch (const HandleFailure& failure) {
    throw SQLite::Exception(connection.database().getHandle(), failure.code);
  }
  connection.forbid_writes();
  set_limits(connection.database().getHandle());
  const ScopedTransaction one_moment(connection, Access::read);
  return Query(connection, path, request).run();
}

}  // namespace fnstore::sqlite

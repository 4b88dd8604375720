#include "raw_database.h"

#include <memory>
#include <sqlite3.h>
#include <stdexcept>

namespace {

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

[[noreturn]] void fail(sqlite3* handle, const std::string& doing) {
  throw std::runtime_error(doing + ": " + sqlite3_errmsg(handle));
}

Statement prepare(sqlite3* handle, const std::string& sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &made, nullptr) != SQLITE_OK) fail(handle, sql);
  return {made, &sqlite3_finalize};
}

std::string column_text(sqlite3_stmt* statement, int column) {
  const void* const bytes = sqlite3_column_blob(statement, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  if (sqlite3_column_type(statement, column) == SQLITE_NULL) return "NULL";
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

}  // namespace

RawDatabase::RawDatabase(const std::string& path) {
  if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) {
    const std::string reason = sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw std::runtime_error(path + ": " + reason);
  }
  sqlite3_busy_timeout(handle_, 5'000);
}

RawDatabase::~RawDatabase() {
  sqlite3_close(handle_);
}

void RawDatabase::run(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(handle_, sql);
  }
}

std::vector<RawDatabase::Row> RawDatabase::rows(const std::string& sql) {
  const Statement statement = prepare(handle_, sql);
  std::vector<Row> found;
  int result = SQLITE_OK;
  while ((result = sqlite3_step(statement.get())) == SQLITE_ROW) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
      row.push_back(column_text(statement.get(), i));
    }
    found.push_back(std::move(row));
  }
  if (result != SQLITE_DONE) fail(handle_, sql);
  return found;
}

std::string RawDatabase::text(const std::string& sql) {
  const auto found = rows(sql);
  if (found.empty()) throw std::runtime_error(sql + ": no row");
  return found.front().front();
}

std::int64_t RawDatabase::number(const std::string& sql) {
  return std::stoll(text(sql));
}

void RawDatabase::run_with_blob(const std::string& sql, std::string_view blob) {
  const Statement statement = prepare(handle_, sql);
  // Never a null pointer: that would bind NULL.
  sqlite3_bind_blob64(statement.get(), 1, blob.empty() ? "" : blob.data(), blob.size(),
                      SQLITE_STATIC);
  if (sqlite3_step(statement.get()) != SQLITE_DONE) fail(handle_, sql);
}

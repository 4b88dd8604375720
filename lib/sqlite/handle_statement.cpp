#include "sqlite/handle_statement.h"

#include "fnstore/error.h"

#include <sqlite3.h>
#include <utility>

namespace fnstore::sqlite {

HandleStatement::HandleStatement(sqlite3* handle, const char* constant) : handle_(handle) {
  const int code =
      sqlite3_prepare_v3(handle, constant, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code == SQLITE_OK) return;
  if (code != SQLITE_ERROR) fail(code);
  throw Error(Errc::corrupt, std::string("the tables are not those of an fnstore file (") +
                                 sqlite3_errmsg(handle) + "): open one, or restore a backup");
}

HandleStatement::~HandleStatement() {
  sqlite3_finalize(statement_);
}

void HandleStatement::fail(int code) const {
  throw HandleFailure{code, sqlite3_errmsg(handle_)};
}

void HandleStatement::reset() noexcept {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void HandleStatement::bind(int parameter, std::int64_t number) {
  if (const int code = sqlite3_bind_int64(statement_, parameter, number); code != SQLITE_OK) {
    fail(code);
  }
}

void HandleStatement::bind(int parameter, std::string_view text) {
  const char* const bytes = text.data() == nullptr ? "" : text.data();
  const int code =
      sqlite3_bind_text64(statement_, parameter, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) fail(code);
}

void HandleStatement::bind_end(int parameter) {
  // A blob: SQLite orders every blob after every text.
  const int code = sqlite3_bind_zeroblob(statement_, parameter, 0);
  if (code != SQLITE_OK) fail(code);
}

bool HandleStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  std::string message = sqlite3_errmsg(handle_);
  reset();
  throw HandleFailure{code, std::move(message)};
}

std::int64_t HandleStatement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool HandleStatement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view HandleStatement::bytes(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

}  // namespace fnstore::sqlite

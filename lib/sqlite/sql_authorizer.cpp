#include "sqlite/sql_authorizer.h"

#include <algorithm>
#include <array>
#include <sqlite3.h>
#include <string_view>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Pragmas that only tell, with what they tell of as their argument.
constexpr std::array<std::string_view, 7> pragmas_about{
    "table_info", "table_xinfo", "table_list",       "index_list",
    "index_info", "index_xinfo", "foreign_key_list",
};

/// Pragmas that only tell as long as they are given no value.
constexpr std::array<std::string_view, 16> pragmas_alone{
    "application_id", "auto_vacuum",   "collation_list",  "compile_options",
    "data_version",   "database_list", "encoding",        "freelist_count",
    "function_list",  "journal_mode",  "integrity_check", "module_list",
    "page_count",     "page_size",     "quick_check",     "user_version",
};

/// Functions that reach beyond the store.
constexpr std::array<std::string_view, 2> refused_functions{"load_extension", "fts3_tokenizer"};

template <typename Names>
bool among(const Names& names, const char* name) {
  return std::ranges::any_of(names, [name](std::string_view each) {
    return sqlite3_stricmp(std::string(each).c_str(), name) == 0;
  });
}

const char* name_of(int action) {
  switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      return "writing";
    case SQLITE_ATTACH:
      return "ATTACH";
    case SQLITE_DETACH:
      return "DETACH";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return "a transaction";
    case SQLITE_ANALYZE:
      return "ANALYZE";
    case SQLITE_REINDEX:
      return "REINDEX";
    default:
      return "changing tables";
  }
}

}  // namespace

ReadOnlyAuthorizer::ReadOnlyAuthorizer(sqlite3* handle) : handle_(handle) {
  sqlite3_set_authorizer(handle_, authorize, this);
}

ReadOnlyAuthorizer::~ReadOnlyAuthorizer() {
  sqlite3_set_authorizer(handle_, nullptr, nullptr);
}

int ReadOnlyAuthorizer::authorize(void* self, int action, const char* first, const char* second,
                                  const char*, const char*) {
  try {
    return static_cast<ReadOnlyAuthorizer*>(self)->decide(action, first, second);
  } catch (...) {  // no exception may pass through SQLite
    return SQLITE_DENY;
  }
}

int ReadOnlyAuthorizer::decide(int action, const char* first, const char* second) {
  std::string refusal;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      if (second != nullptr && !among(refused_functions, second)) return SQLITE_OK;
      refusal = std::string("the function ") + (second == nullptr ? "" : second);
      break;
    case SQLITE_PRAGMA:
      if (among(pragmas_about, first)) return SQLITE_OK;
      if (second == nullptr && among(pragmas_alone, first)) return SQLITE_OK;
      refusal = std::string("PRAGMA ") + first;
      break;
    case SQLITE_UPDATE:
      // SQLite asks this when it declares a virtual table, of a statement that it then throws away.
      // A real one it refuses by itself: the schema cannot be written.
      if (sqlite3_stricmp(first, "sqlite_master") == 0) return SQLITE_OK;
      [[fallthrough]];
    default:
      refusal = name_of(action);
  }
  refused_ = std::move(refusal);
  return SQLITE_DENY;
}

}  // namespace fnstore::sqlite

#include "calls_database.h"

#include "sqlite/sql_tables.h"

#include <algorithm>
#include <sqlite3.h>

CallsDatabase::CallsDatabase(const std::string& path) : raw_(path) {
  fnstore::sqlite::add_sql_tables(raw_.handle());
  sqlite3_trace_v2(raw_.handle(), SQLITE_TRACE_STMT, hear, this);
}

int CallsDatabase::hear(unsigned, void* self, void* statement, void*) {
  const char* const text = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
  if (text != nullptr) static_cast<CallsDatabase*>(self)->heard_.emplace_back(text);
  return 0;
}

std::string CallsDatabase::plan(const std::string& sql) {
  std::string plan;
  for (const RawDatabase::Row& row : raw_.rows("EXPLAIN QUERY PLAN " + sql)) {
    plan += row.at(3) + "; ";
  }
  return plan;
}

int CallsDatabase::runs_of(std::string_view text, const std::string& sql) {
  raw_.rows(sql);  // so that what is read once for a snapshot is not counted
  heard_.clear();
  raw_.rows(sql);
  return static_cast<int>(std::count_if(heard_.begin(), heard_.end(), [&](const std::string& one) {
    return one.find(text) != std::string::npos;
  }));
}

#include "statement_log.h"

#include <atomic>
#include <sqlite3.h>

namespace {

std::atomic<StatementLog*> listening{nullptr};

int trace(unsigned what, void*, void* subject, void*) {
  StatementLog* const log = listening.load();
  if (log == nullptr) return 0;
  if (what == SQLITE_TRACE_CLOSE) {
    log->remove(static_cast<sqlite3*>(subject));
  } else if (const char* const text = sqlite3_sql(static_cast<sqlite3_stmt*>(subject))) {
    log->add(std::string(text));
  }
  return 0;
}

int watch(sqlite3* connection, const char**, const sqlite3_api_routines*) {
  if (StatementLog* const log = listening.load()) log->add(connection);
  sqlite3_trace_v2(connection, SQLITE_TRACE_STMT | SQLITE_TRACE_CLOSE, trace, nullptr);
  return SQLITE_OK;
}

}  // namespace

StatementLog::StatementLog() {
  listening = this;
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch));
}

StatementLog::~StatementLog() {
  sqlite3_reset_auto_extension();
  listening = nullptr;
}

std::set<std::string> StatementLog::statements() const {
  const std::lock_guard guard(mutex_);
  return statements_;
}

std::vector<sqlite3*> StatementLog::connections() const {
  const std::lock_guard guard(mutex_);
  return connections_;
}

void StatementLog::add(sqlite3* connection) {
  const std::lock_guard guard(mutex_);
  connections_.push_back(connection);
}

void StatementLog::remove(sqlite3* connection) {
  const std::lock_guard guard(mutex_);
  std::erase(connections_, connection);
}

void StatementLog::add(const std::string& statement) {
  const std::lock_guard guard(mutex_);
  statements_.insert(statement);
}

#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

struct sqlite3;

/// Hears of every SQLite connection this process opens while it lives, and of every statement that
/// runs on one. Only one may live at a time.
class StatementLog {
 public:
  StatementLog();
  ~StatementLog();
  StatementLog(const StatementLog&) = delete;
  StatementLog& operator=(const StatementLog&) = delete;

  /// The texts of all statements that ran, without their values.
  std::set<std::string> statements() const;

  /// Those that are open, in order of opening.
  std::vector<sqlite3*> connections() const;

  void add(sqlite3* connection);
  void remove(sqlite3* connection);
  void add(const std::string& statement);

 private:
  mutable std::mutex mutex_;
  std::set<std::string> statements_;
  std::vector<sqlite3*> connections_;
};

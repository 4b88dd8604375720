#pragma once

#include "raw_database.h"

#include <string>
#include <string_view>
#include <vector>

/// A plain SQLite connection with the table `calls`, as the sqlite3 shell has it, that hears of
/// every statement the table runs.
class CallsDatabase {
 public:
  explicit CallsDatabase(const std::string& path);

  RawDatabase& raw() { return raw_; }

  /// The words of the plan for a statement over `calls`: "VIRTUAL TABLE INDEX" and what follows.
  std::string plan(const std::string& sql);

  /// How many statements with this text in them were run by one that is run now.
  int runs_of(std::string_view text, const std::string& sql);

  /// The blocks that a statement opens.
  int blocks_opened(const std::string& sql) { return runs_of("SELECT columns", sql); }

 private:
  static int hear(unsigned kind, void* self, void* statement, void* text);

  RawDatabase raw_;
  std::vector<std::string> heard_;
};

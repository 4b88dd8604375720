#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

/// The file seen from outside: a plain SQLite connection. What fails throws std::runtime_error.
class RawDatabase {
 public:
  using Row = std::vector<std::string>;  // NULL reads as "NULL"

  /// Creates the file when it is missing.
  explicit RawDatabase(const std::string& path);
  ~RawDatabase();
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  void run(const std::string& sql);
  std::vector<Row> rows(const std::string& sql);
  /// The first column of the first row.
  std::string text(const std::string& sql);
  std::int64_t number(const std::string& sql);
  /// Runs a statement with a BLOB as its one parameter.
  void run_with_blob(const std::string& sql, std::string_view blob);

  sqlite3* handle() { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

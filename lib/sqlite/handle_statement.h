#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace fnstore::sqlite {

/// What SQLite answered instead of doing what was asked: its result code and its message.
struct HandleFailure {
  int code = 0;
  std::string message;
};

/// A prepared statement on a connection that belongs to somebody else, such as the sqlite3 shell.
/// Failures are thrown as HandleFailure, but tables and columns that are not there as an Error
/// `corrupt`. Must be gone before the connection closes.
class HandleStatement {
 public:
  HandleStatement(sqlite3* handle, const char* constant);
  ~HandleStatement();
  HandleStatement(const HandleStatement&) = delete;
  HandleStatement& operator=(const HandleStatement&) = delete;

  /// Ends the run and drops the bindings; an open run would keep a transaction open.
  void reset() noexcept;

  void bind(int parameter, std::int64_t number);
  /// The text must outlive the run.
  void bind(int parameter, std::string_view text);
  /// A value that stands behind every text.
  void bind_end(int parameter);

  /// Moves to the next row; at the end it resets and returns false.
  bool step();

  std::int64_t number(int column) const;
  bool is_null(int column) const;
  /// The bytes of a text or BLOB, good until the next step.
  std::string_view bytes(int column) const;

 private:
  [[noreturn]] void fail(int code) const;

  sqlite3* handle_;
  sqlite3_stmt* statement_ = nullptr;
};

/// Resets a statement when it goes, however its reader is left.
class HandleRun {
 public:
  explicit HandleRun(HandleStatement& statement) : statement_(statement) {}
  ~HandleRun() { statement_.reset(); }
  HandleRun(const HandleRun&) = delete;
  HandleRun& operator=(const HandleRun&) = delete;

 private:
  HandleStatement& statement_;
};

}  // namespace fnstore::sqlite

#pragma once

#include <string>

struct sqlite3;

namespace fnstore::sqlite {

/// Lets statements of a connection that are prepared while it lives do nothing but read.
class ReadOnlyAuthorizer {
 public:
  explicit ReadOnlyAuthorizer(sqlite3* handle);
  ~ReadOnlyAuthorizer();
  ReadOnlyAuthorizer(const ReadOnlyAuthorizer&) = delete;
  ReadOnlyAuthorizer& operator=(const ReadOnlyAuthorizer&) = delete;

  /// What was refused last, such as "ATTACH"; empty while nothing was.
  const std::string& refused() const { return refused_; }

 private:
  static int authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);
  int decide(int action, const char* first, const char* second);

  sqlite3* handle_;
  std::string refused_;
};

}  // namespace fnstore::sqlite

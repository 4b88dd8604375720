#pragma once

struct sqlite3;

namespace fnstore::sqlite {

/// Adds the virtual table `calls` to a connection: every call of its main database, packed or not.
/// It needs nothing but the connection, so it works in any process. Returns an SQLite result code.
int add_calls_table(sqlite3* handle);

}  // namespace fnstore::sqlite

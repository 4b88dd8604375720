#pragma once

struct sqlite3;

namespace fnstore::sqlite {

/// Adds the virtual table `block_columns` to a connection: what each column of the packed blocks
/// of its main database takes up, by function. Returns an SQLite result code.
int add_block_columns_table(sqlite3* handle);

}  // namespace fnstore::sqlite

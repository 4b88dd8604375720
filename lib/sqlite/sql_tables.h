#pragma once

struct sqlite3;

namespace fnstore::sqlite {

/// Adds to a connection what users may ask: the tables `calls` and `block_columns` and the
/// temporary views `blocks` and `functions`, all over its main database. Throws HandleFailure, and
/// an Error `corrupt` when the file has something of these names itself, which would be asked in
/// their place.
void add_sql_tables(sqlite3* handle);

}  // namespace fnstore::sqlite

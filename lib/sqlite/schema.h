#pragma once

#include "sqlite/connection.h"

#include <string>
#include <vector>

namespace fnstore::sqlite {

/// In the header of every fnstore file, "fnst". Stored: never change.
inline constexpr int application_id = 0x666e7374;

/// The text of schema/sqlite/NNNN_*.sql, in order; step N leads to schema version N.
const std::vector<const char*>& schema_steps();

int newest_schema_version();

/// Throws `schema_too_new` for a version this fnstore does not know, `corrupt` for an impossible
/// one.
void check_schema_version(int version, const std::string& path);

/// The schema version of an open database. Throws `unsupported` when another program made it and
/// `schema_too_new` when a newer fnstore did.
int check_schema(SQLite::Database& database, const std::string& path);

/// Runs the steps the database lacks, each in a transaction of its own with the version it leads
/// to. The caller must hold the store's lock file.
void migrate(Connection& connection, const std::string& path);

/// Fills a new, empty database file that nobody else can see yet.
void create_schema(const std::string& path);

}  // namespace fnstore::sqlite

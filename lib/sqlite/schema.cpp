#include "sqlite/schema.h"

#include "fnstore/error.h"
#include "fnstore/version.h"

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

namespace fnstore::sqlite {
namespace {

// Stored in the header of the file: never change.
constexpr int page_bytes = 4096;

int pragma_number(SQLite::Database& database, const char* pragma) {
  return database.execAndGet(pragma).getInt();
}

void run_step(SQLite::Database& database, int version) {
  database.exec(schema_steps()[static_cast<std::size_t>(version - 1)]);
  database.exec("PRAGMA user_version = " + std::to_string(version));
}

}  // namespace

int newest_schema_version() {
  return static_cast<int>(schema_steps().size());
}

void check_schema_version(int version, const std::string& path) {
  if (version > newest_schema_version()) {
    throw Error(Errc::schema_too_new,
                fmt::format("{}: schema version {} was written by a newer fnstore; this one ({}) "
                            "knows versions up to {}: use the newer fnstore",
                            path, version, fnstore::version, newest_schema_version()));
  }
  if (version < 1) {
    throw Error(Errc::corrupt,
                fmt::format("{}: schema version {} is impossible: the file is damaged: restore it "
                            "from a backup",
                            path, version));
  }
}

int check_schema(SQLite::Database& database, const std::string& path) {
  const int application = pragma_number(database, "PRAGMA application_id");
  if (application != application_id) {
    throw Error(Errc::unsupported,
                fmt::format("{}: this SQLite file was made by another program (application id {}, "
                            "not {}): give the path of an fnstore file, or of a new one",
                            path, application, application_id));
  }
  const int version = pragma_number(database, "PRAGMA user_version");
  check_schema_version(version, path);
  return version;
}

void migrate(Connection& connection, const std::string& path) {
  SQLite::Database& database = connection.database();
  while (check_schema(database, path) < newest_schema_version()) {
    ScopedTransaction transaction(connection, Access::write);
    const int version = check_schema(database, path);  // another process may have been faster
    if (version < newest_schema_version()) run_step(database, version + 1);
    transaction.commit();
  }
}

void create_schema(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  database.exec("PRAGMA page_size = " + std::to_string(page_bytes));
  database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  database.exec("PRAGMA synchronous = FULL");
  {
    SQLite::Transaction transaction(database);
    database.exec("PRAGMA application_id = " + std::to_string(application_id));
    for (int version = 1; version <= newest_schema_version(); ++version) {
      run_step(database, version);
    }
    transaction.commit();
  }
  database.exec("PRAGMA journal_mode = WAL");
}

}  // namespace fnstore::sqlite

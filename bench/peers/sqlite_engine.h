#pragma once

#include "fnstore/error.h"

#include "engine.h"
#include "peers/reader_pool.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <mutex>
#include <string>

namespace fnstore::bench {

/// How a peer's connections are set.
struct SqliteTuning {
  bool wal = true;
  const char* synchronous = "FULL";
  int cache_kib = 65'536;
};

/// As a durability asks for it, with WAL.
inline SqliteTuning wal_tuning(Durability durability) {
  if (durability == Durability::power_safe) return {};
  return {true, "NORMAL", 65'536};
}

inline SQLite::Database open_sqlite(const std::string& path, const SqliteTuning& tuning) {
  constexpr int busy_ms = 60'000;
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_ms);
  if (tuning.wal) database.exec("PRAGMA journal_mode = WAL");
  database.exec(std::string("PRAGMA synchronous = ") + tuning.synchronous);
  if (tuning.cache_kib != 0) {
    database.exec("PRAGMA cache_size = -" + std::to_string(tuning.cache_kib));
  }
  return database;
}

[[noreturn]] inline void refuse_duplicate() {
  throw Error(Errc::conflict, "a call with this id is there already");
}

/// What SQLite says, as an Error.
template <typename Work>
auto translated(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& failure) {
    throw Error(Errc::io, std::string("SQLite: ") + failure.what());
  }
}

}  // namespace fnstore::bench

#pragma once

#include "engine.h"

#include <memory>
#include <string>

namespace fnstore::bench {

/// The table of the platform that the model comes from, as it ships: text times, a text id with an
/// index of its own, a rollback journal, one insert a commit. `type` was added to it, or its pages
/// could not be equal. `durability` does not matter: it is power_safe. load() uses transactions.
std::unique_ptr<Engine> open_original(const std::string& path, const EngineOptions& options);

/// The same table, with WAL, a larger cache, and one transaction an insert of many.
std::unique_ptr<Engine> open_original_tuned(const std::string& path, const EngineOptions& options);

/// SQLite as one would use it today: WITHOUT ROWID, keyed by function number and 16 bytes of id,
/// integers, WAL.
std::unique_ptr<Engine> open_rows(const std::string& path, const EngineOptions& options);

std::unique_ptr<Engine> open_rocksdb(const std::string& path, const EngineOptions& options);
std::unique_ptr<Engine> open_lmdb(const std::string& path, const EngineOptions& options);

}  // namespace fnstore::bench

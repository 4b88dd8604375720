#pragma once

#include "sqlite/connection.h"
#include "sqlite/work_meter.h"

#include <string>

namespace fnstore::sqlite {

/// How many bytes copy_database() will tell its meter of. Inside a transaction it makes it see one
/// state from then on.
std::uint64_t copy_bytes(Connection& source);

/// Copies the database as a connection's read transaction sees it, which must have read already,
/// into an empty file that nobody else knows. What it wrote is not yet surely on the disk. Throws
/// Stopped.
void copy_database(Connection& source, const std::string& target, WorkMeter& meter);

}  // namespace fnstore::sqlite

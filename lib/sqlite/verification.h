#pragma once

#include "fnstore/safekeeping.h"

#include "sqlite/connection.h"
#include "sqlite/work_meter.h"

#include <string>

namespace fnstore::sqlite {

/// Safekeeping::verify over a connection of its own, which it begins and ends a read transaction
/// on. Throws Stopped and what the progress throws; `path` stands in messages.
Verification verify_database(Connection& connection, const std::string& path, WorkMeter& meter);

/// What verify_database() tells its meter in all.
std::uint64_t verification_bytes(const std::string& path);

/// Safekeeping::verify_file.
Verification verify_file(const std::string& path, const WorkProgress& progress);

}  // namespace fnstore::sqlite

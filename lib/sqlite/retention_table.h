#pragma once

#include "fnstore/retention.h"

#include "sqlite/connection.h"

#include <cstdint>

namespace fnstore::sqlite {

/// retention_rules.status of a rule for every status. Stored: never change.
inline constexpr int any_status = -1;

/// SQL over retention_rules and retention_state, inside the caller's transaction.
RetentionPolicy read_policy(Connection& connection);  // rules by function, then status
void write_policy(Connection& connection, const RetentionPolicy& policy);

/// When a process last began to apply the policy, in milliseconds since 1970; 0: never.
std::int64_t read_applied(Connection& connection);
void write_applied(Connection& connection, std::int64_t applied);

}  // namespace fnstore::sqlite

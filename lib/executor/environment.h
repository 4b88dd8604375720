#pragma once

#include "fnstore/call.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::executor {

/// "NAME=VALUE" texts, each name once.
using Environment = std::vector<std::string>;

/// What a command finds in its environment: from the caller's only PATH, HOME, LANG, LC_*, TZ,
/// TERM, USER, LOGNAME, SHELL and TMPDIR; then `extra`, where "NAME" passes the caller's value on
/// (nothing when it has none) and "NAME=VALUE" sets it; then FNSTORE_CALL_ID, FNSTORE_FN_ID,
/// FNSTORE_ATTEMPT and, when there is one, FNSTORE_DEADLINE.
Environment command_environment(const std::vector<std::string>& extra, const CallKey& call,
                                int attempt, std::optional<Timestamp> deadline);

/// Throws `invalid` for an entry without a name, with a NUL, or with one of the names above that
/// are fnstore's own.
void check_environment(const std::vector<std::string>& extra);

/// Nothing when the name is not set.
std::optional<std::string_view> find_variable(const Environment& environment,
                                              std::string_view name);

}  // namespace fnstore::executor

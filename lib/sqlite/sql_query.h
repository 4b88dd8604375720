#pragma once

#include "model/engine.h"

#include <chrono>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// Runs a statement of a user on a connection of its own. A store must be open on the file in this
/// process. `path` must be absolute.
std::vector<std::string> run_query(const std::string& path, std::chrono::milliseconds busy_timeout,
                                   const SqlRequest& request);

}  // namespace fnstore::sqlite

#pragma once

#include "sqlite/snapshot.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// As Store::function_ids(), from the index alone: nothing is read from the file.
std::vector<std::string> list_function_ids(const Snapshot& snapshot, std::string_view prefix,
                                           std::size_t limit);

}  // namespace fnstore::sqlite

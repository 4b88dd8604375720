#pragma once

#include "fnstore/safekeeping.h"

#include "sqlite/snapshot.h"

#include <optional>
#include <string>

namespace fnstore::sqlite {

/// Safekeeping::backup of the store at `path` as the snapshot sees it, whose index it releases.
std::optional<CopyCounts> back_up(Snapshot& snapshot, const std::string& path,
                                  const std::string& target, const CopyOptions& options);

}  // namespace fnstore::sqlite

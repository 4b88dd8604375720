#pragma once

#include "fnstore/safekeeping.h"

#include <optional>
#include <string>

namespace fnstore::sqlite {

/// Safekeeping::restore.
std::optional<CopyCounts> restore(const std::string& backup, const std::string& target,
                                  const CopyOptions& options);

}  // namespace fnstore::sqlite

#pragma once

#include "fnstore/timestamp.h"

#include <string>

namespace fnstore {

/// format_rfc3339 behind what `out` holds.
void append_rfc3339(std::string& out, Timestamp time);

}  // namespace fnstore

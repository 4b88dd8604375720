#pragma once

#include <cstdint>
#include <string>

namespace fnstore::query {

/// Milliseconds for people: "250ms", "1.25s", "3m05s", "2h07m", "3d04h".
std::string duration_text(std::int64_t milliseconds);

}  // namespace fnstore::query

#pragma once

#include "fnstore/call_id.h"

#include <cstddef>

namespace fnstore {

inline constexpr std::size_t call_id_length = 26;

/// Writes the 26 characters of format_call_id() to `out`, without a NUL. The parts must be in
/// range; nothing is checked.
void write_call_id(const CallIdParts& parts, char* out) noexcept;

}  // namespace fnstore

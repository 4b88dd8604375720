#pragma once

#include <cstddef>
#include <string_view>

namespace fnstore {

/// Bytes of the well-formed UTF-8 sequence (RFC 3629) that `bytes` begins with, 1 to 4; 0 when it
/// begins with none.
std::size_t utf8_sequence_length(std::string_view bytes) noexcept;

/// Whether valid UTF-8 holds U+0000..U+001F, U+007F or U+0080..U+009F.
bool has_control_character(std::string_view utf8) noexcept;

/// Whether the bytes are valid UTF-8 without control characters: one pass over both rules, a few
/// nanoseconds for a printable ASCII id.
bool is_printable_utf8(std::string_view bytes) noexcept;

}  // namespace fnstore

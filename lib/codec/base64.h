#pragma once

#include "fnstore/json.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fnstore {

/// Bytes that encode_base64 makes of `size` bytes.
constexpr std::size_t base64_size(std::size_t size) noexcept {
  return (size + 2) / 3 * 4;
}

/// encode_base64 behind what `out` holds.
void append_base64(std::string& out, std::string_view bytes);

/// base64url without padding (RFC 4648, section 5).
std::string encode_base64url(std::string_view bytes);

/// The inverse, canonical only: no padding, no other alphabet, unused trailing bits zero. Nothing
/// for any other text.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace fnstore

#include "utf8_scan.h"

#include "fnstore/json.h"

namespace fnstore::query {

std::optional<Utf8Character> first_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return Utf8Character{lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (text.size() < bytes || !is_valid_utf8(text.substr(0, bytes))) return std::nullopt;
  char32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) code = (code << 6) | (byte(i) & 0x3fU);
  return Utf8Character{code, bytes};
}

}  // namespace fnstore::query

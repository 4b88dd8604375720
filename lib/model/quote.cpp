#include "model/quote.h"

#include "model/utf8.h"

#include <cstddef>
#include <fmt/format.h>

namespace fnstore {
namespace {

constexpr std::size_t shown_bytes = 64;

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < text.size() && at < shown_bytes) {
    const std::size_t length = utf8_sequence_length(text.substr(at));
    const std::string_view character = text.substr(at, length == 0 ? 1 : length);
    if (character == "\"" || character == "\\") {
      out += '\\';
      out += character;
    } else if (length == 0 || has_control_character(character)) {
      append_escaped(out, character);
    } else {
      out += character;
    }
    at += character.size();
  }
  out += '"';
  if (at < text.size()) out += fmt::format("... ({} bytes)", text.size());
  return out;
}

}  // namespace fnstore

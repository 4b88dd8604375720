#include "shell_word.h"

#include "harmless.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace fnstore::query {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view{"_-./:,+@%="}.find(c) != std::string_view::npos;
}

std::string escaped_word(std::string_view text) {
  std::string out = "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out += '\'';
}

}  // namespace

std::string shell_word(std::string_view text, bool ascii_only) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string{text};
  if (harmless_line(text, ascii_only) != text) return escaped_word(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out += '\'';
}

}  // namespace fnstore::query

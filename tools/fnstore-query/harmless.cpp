#include "harmless.h"

#include "utf8_scan.h"

#include <fmt/format.h>
#include <iterator>

namespace fnstore::query {
namespace {

bool misplaces_text(char32_t code) {
  return code == 0x061c || code == 0x2028 || code == 0x2029 || code == 0x200e || code == 0x200f ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool is_fine(char32_t code, bool ascii_only) {
  return !(is_control(code) || misplaces_text(code) || (ascii_only && code > 0x7e));
}

/// Beyond 16 bits JSON takes two escapes, a surrogate pair.
void append_json_escape(std::string& out, unsigned code) {
  if (code > 0xffffU) {
    append_json_escape(out, 0xd800U + ((code - 0x10000U) >> 10U));
    code = 0xdc00U + ((code - 0x10000U) & 0x3ffU);
  }
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
}

/// Calls keep(text) for characters that are fine, escape(code, text) for what is not; code is
/// nothing for a byte that is not UTF-8.
template <typename Fine, typename Keep, typename Escape>
void scan(std::string_view text, Fine fine, Keep keep, Escape escape) {
  while (!text.empty()) {
    const auto character = first_character(text);
    const std::string_view bytes = text.substr(0, character ? character->bytes : 1);
    if (character && fine(*character, text)) {
      keep(bytes);
    } else if (character) {
      escape(character->code, bytes);
    } else {
      escape(std::optional<char32_t>{}, bytes);
    }
    text.remove_prefix(bytes.size());
  }
}

void append_escape(std::string& out, std::optional<char32_t> code, std::string_view bytes) {
  const auto number = code ? static_cast<unsigned>(*code)
                           : static_cast<unsigned>(static_cast<unsigned char>(bytes.front()));
  if (number < 0x100 && (!code || is_control(*code))) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", number);
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", number);
  }
}

}  // namespace

std::string harmless_json(std::string_view json, bool ascii_only) {
  std::string out;
  out.reserve(json.size());
  scan(
      json,
      [&](Utf8Character c, std::string_view) {
        return c.code == '\n' || is_fine(c.code, ascii_only);
      },
      [&](std::string_view bytes) { out += bytes; },
      [&](std::optional<char32_t> code, std::string_view) {
        append_json_escape(out, code ? static_cast<unsigned>(*code) : 0xfffdU);
      });
  return out;
}

std::string harmless_text(std::string_view text, bool ascii_only) {
  std::string out;
  out.reserve(text.size());
  scan(
      text,
      [&](Utf8Character c, std::string_view rest) {
        if (c.code == '\n' || c.code == '\t') return true;
        if (c.code == '\r') return rest.size() > 1 && rest[1] == '\n';
        return is_fine(c.code, ascii_only);
      },
      [&](std::string_view bytes) { out += bytes; },
      [&](std::optional<char32_t> code, std::string_view bytes) {
        append_escape(out, code, bytes);
      });
  return out;
}

std::string harmless_line(std::string_view text, bool ascii_only) {
  std::string out;
  out.reserve(text.size());
  scan(
      text, [&](Utf8Character c, std::string_view) { return is_fine(c.code, ascii_only); },
      [&](std::string_view bytes) { out += bytes; },
      [&](std::optional<char32_t> code, std::string_view bytes) {
        if (code == U'\n') {
          out += "\\n";
        } else if (code == U'\r') {
          out += "\\r";
        } else if (code == U'\t') {
          out += "\\t";
        } else {
          append_escape(out, code, bytes);
        }
      });
  return out;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 64;
  const bool whole = text.size() <= most;
  return fmt::format("\"{}{}\"", harmless_line(text.substr(0, most)), whole ? "" : "...");
}

}  // namespace fnstore::query

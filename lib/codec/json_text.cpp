#include "codec/json_text.h"

#include <array>
#include <cstdint>
#include <utility>

namespace fnstore {
namespace {

// What follows the backslash: 0 for a character that stands for itself, 'u' for \u00XX.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t i = 0; i < 0x20; ++i) escapes[i] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}
constexpr std::array<char, 256> escapes = make_escapes();

constexpr char escape_of(char c) noexcept {
  return escapes[static_cast<unsigned char>(c)];
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view hex_digits = "0123456789abcdef";
  out += '\\';
  out += escape_of(c);
  if (escape_of(c) != 'u') return;
  const auto value = static_cast<unsigned char>(c);
  out += "00";
  out += hex_digits[value >> 4];
  out += hex_digits[value & 15];
}

}  // namespace

void append_json_string(std::string& out, std::string_view utf8) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if (escape_of(utf8[i]) == 0) continue;
    out.append(utf8, written, i - written);
    append_escape(out, utf8[i]);
    written = i + 1;
  }
  out.append(utf8, written);
  out += '"';
}

std::size_t json_string_size(std::string_view utf8) noexcept {
  std::size_t size = utf8.size() + 2;
  for (const char c : utf8) {
    if (escape_of(c) == 'u') size += std::string_view("u00XX").size();
    if (escape_of(c) != 0 && escape_of(c) != 'u') size += 1;
  }
  return size;
}

void CompactJson::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

void CompactJson::begin(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
  ++depth_;
}

void CompactJson::end(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
  --depth_;
}

void CompactJson::key(std::string_view utf8) {
  separate();
  append_json_string(text_, utf8);
  text_ += ':';
  needs_comma_ = false;
}

void CompactJson::string(std::string_view utf8) {
  separate();
  append_json_string(text_, utf8);
}

void CompactJson::literal(std::string_view text) {
  separate();
  text_ += text;
}

std::string CompactJson::take() {
  depth_ = 0;
  needs_comma_ = false;
  return std::exchange(text_, {});
}

}  // namespace fnstore

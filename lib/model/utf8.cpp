#include "model/utf8.h"

#include "fnstore/json.h"

#include <cstdint>
#include <cstring>

namespace fnstore {
namespace {

constexpr std::uint64_t every_byte = 0x0101'0101'0101'0101;
constexpr std::uint64_t high_bits = every_byte * 0x80;

template <typename Word>
Word load(const char* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Nonzero exactly when one of the eight bytes is not in 0x20..0x7E. A borrow can only add marks
// above a byte that is marked itself.
constexpr std::uint64_t not_printable_ascii(std::uint64_t word) noexcept {
  const std::uint64_t below_space = word - every_byte * 0x20;
  const std::uint64_t is_delete = (word ^ (every_byte * 0x7F)) - every_byte;
  return (word | below_space | is_delete) & high_bits;
}

bool is_printable_ascii(std::string_view bytes) noexcept {
  const char* at = bytes.data();
  const std::size_t size = bytes.size();
  if (size >= 8) {
    std::uint64_t marks = not_printable_ascii(load<std::uint64_t>(at + size - 8));
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      marks |= not_printable_ascii(load<std::uint64_t>(at + i));
    }
    return marks == 0;
  }
  if (size >= 4) {
    const std::uint64_t head = load<std::uint32_t>(at);
    const std::uint64_t tail = load<std::uint32_t>(at + size - 4);
    return not_printable_ascii(head << 32 | tail) == 0;
  }
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7E) return false;
  }
  return true;
}

std::size_t ascii_prefix(std::string_view bytes) noexcept {
  const char* at = bytes.data();
  std::size_t i = 0;
  for (; i + 32 <= bytes.size(); i += 32) {
    const std::uint64_t all = load<std::uint64_t>(at + i) | load<std::uint64_t>(at + i + 8) |
                              load<std::uint64_t>(at + i + 16) | load<std::uint64_t>(at + i + 24);
    if ((all & high_bits) != 0) break;
  }
  for (; i + 8 <= bytes.size(); i += 8) {
    if ((load<std::uint64_t>(at + i) & high_bits) != 0) break;
  }
  while (i < bytes.size() && (static_cast<unsigned char>(at[i]) & 0x80) == 0) ++i;
  return i;
}

constexpr bool is_continuation(unsigned char byte) noexcept {
  return (byte & 0xC0) == 0x80;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view bytes) noexcept {
  const auto byte = [bytes](std::size_t i) -> unsigned char {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
  };
  if (bytes.empty()) return 0;
  const unsigned char first = byte(0);
  const unsigned char second = byte(1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !is_continuation(second)) return 0;
  if (first < 0xE0) return 2;
  if (!is_continuation(byte(2))) return 0;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  const bool overlong = first == 0xF0 && second < 0x90;
  const bool beyond_unicode = first == 0xF4 && second > 0x8F;
  return overlong || beyond_unicode || !is_continuation(byte(3)) ? 0 : 4;
}

bool is_valid_utf8(std::string_view bytes) noexcept {
  while (true) {
    bytes.remove_prefix(ascii_prefix(bytes));
    if (bytes.empty()) return true;
    do {
      const std::size_t length = utf8_sequence_length(bytes);
      if (length == 0) return false;
      bytes.remove_prefix(length);
    } while (!bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80) != 0);
  }
}

bool has_control_character(std::string_view utf8) noexcept {
  if (is_printable_ascii(utf8)) return false;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    const bool c1 =
        byte == 0xC2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xA0;
    if (c1) return true;
  }
  return false;
}

bool is_printable_utf8(std::string_view bytes) noexcept {
  return is_printable_ascii(bytes) || (is_valid_utf8(bytes) && !has_control_character(bytes));
}

}  // namespace fnstore

#include "fnstore/call_id.h"

#include "fnstore/error.h"

#include "model/call_id_text.h"

#include <array>
#include <cstring>
#include <fmt/format.h>

namespace fnstore {
namespace {

constexpr std::uint64_t max48 = (std::uint64_t{1} << 48) - 1;
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

constexpr std::array<std::uint8_t, 256> make_digit_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xFF);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr std::array<std::uint8_t, 256> digit_values = make_digit_values();

/// The two digits of every 10 bits.
constexpr std::array<std::array<char, 2>, 1024> make_pairs() {
  std::array<std::array<char, 2>, 1024> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {alphabet[i >> 5], alphabet[i & 31]};
  return pairs;
}
constexpr std::array<std::array<char, 2>, 1024> digit_pairs = make_pairs();

void write_pair(std::uint64_t bits, char* text) noexcept {
  std::memcpy(text, digit_pairs[bits & 1023].data(), 2);
}

}  // namespace

std::string format_call_id(const CallIdParts& parts) {
  if (parts.milliseconds > max48 || parts.machine > max48) {
    throw Error(
        Errc::invalid,
        fmt::format("call id part {} is {}; the limit is {}",
                    parts.milliseconds > max48 ? "milliseconds" : "machine",
                    parts.milliseconds > max48 ? parts.milliseconds : parts.machine, max48));
  }
  std::string text(call_id_length, '0');
  write_call_id(parts, text.data());
  return text;
}

// The number is two words, high and low. 26 digits of 5 bits hold 130: digits 0..12 are the upper
// 63 bits of the high word, digit 13 is its last bit with the low word's first 4, digits 14..25 are
// the low word's other 60.
void write_call_id(const CallIdParts& parts, char* text) noexcept {
  std::uint64_t high = parts.milliseconds << 16 | parts.machine >> 32;
  std::uint64_t low = parts.machine << 32 | parts.counter;
  for (std::size_t i = 24; i >= 14; i -= 2, low >>= 10) write_pair(low, text + i);
  write_pair(high << 4 | low, text + 12);
  high >>= 6;
  for (std::size_t i = 10; i > 0; i -= 2, high >>= 10) write_pair(high, text + i);
  write_pair(high, text);
}

std::optional<CallIdParts> parse_call_id(std::string_view text) noexcept {
  if (text.size() != call_id_length) return std::nullopt;
  const auto digit = [text](std::size_t i) -> std::uint64_t {
    return digit_values[static_cast<unsigned char>(text[i])];
  };
  std::uint64_t seen = digit(0) > 7 ? 0xFF : 0;
  std::uint64_t high = 0;
  for (std::size_t i = 0; i <= 12; ++i) {
    seen |= digit(i);
    high = high << 5 | digit(i);
  }
  const std::uint64_t middle = digit(13);
  seen |= middle;
  high = high << 1 | middle >> 4;
  std::uint64_t low = middle & 15;
  for (std::size_t i = 14; i < call_id_length; ++i) {
    seen |= digit(i);
    low = low << 5 | digit(i);
  }
  if (seen > 31) return std::nullopt;
  return CallIdParts{high >> 16, (high & 0xFFFF) << 32 | low >> 32,
                     static_cast<std::uint32_t>(low)};
}

}  // namespace fnstore

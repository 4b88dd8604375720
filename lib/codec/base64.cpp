#include "codec/base64.h"

#include "fnstore/error.h"

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <utility>

namespace fnstore {
namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using DigitValues = std::array<std::uint8_t, 256>;

constexpr std::uint8_t no_digit = 0xFF;

constexpr DigitValues digit_values(std::string_view alphabet) {
  DigitValues values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr DigitValues standard_values = digit_values(standard_alphabet);
constexpr DigitValues url_values = digit_values(url_alphabet);

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

void put_digits(char* at, std::uint32_t bits, std::size_t digits, std::string_view alphabet) {
  for (std::size_t i = 0; i < digits; ++i) at[i] = alphabet[bits >> (18 - 6 * i) & 63];
}

void append_digits(std::string& out, std::string_view bytes, std::string_view alphabet) {
  const std::size_t whole = bytes.size() / 3 * 3;
  const std::size_t rest = bytes.size() - whole;
  const std::size_t start = out.size();
  out.resize(start + whole / 3 * 4 + (rest == 0 ? 0 : rest + 1));
  char* to = out.data() + start;
  for (std::size_t i = 0; i < whole; i += 3, to += 4) {
    const std::uint32_t bits =
        byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    put_digits(to, bits, 4, alphabet);
  }
  if (rest == 1) put_digits(to, byte_at(bytes, whole) << 16, 2, alphabet);
  if (rest == 2) {
    put_digits(to, byte_at(bytes, whole) << 16 | byte_at(bytes, whole + 1) << 8, 3, alphabet);
  }
}

// Digits without padding; nothing when one is foreign, the count is impossible, or a bit that
// belongs to no byte is set.
std::optional<std::string> decode_digits(std::string_view text, const DigitValues& values) {
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  std::string out(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1), '\0');
  char* to = out.data();
  std::uint32_t seen = 0;
  const auto digit = [&](std::size_t i) -> std::uint32_t {
    const std::uint32_t value = values[byte_at(text, i)];
    seen |= value;
    return value;
  };
  const std::size_t whole = text.size() - rest;
  for (std::size_t i = 0; i < whole; i += 4) {
    const std::uint32_t bits =
        digit(i) << 18 | digit(i + 1) << 12 | digit(i + 2) << 6 | digit(i + 3);
    *to++ = static_cast<char>(bits >> 16);
    *to++ = static_cast<char>(bits >> 8);
    *to++ = static_cast<char>(bits);
  }
  if (rest > 0) {
    const std::uint32_t bits =
        digit(whole) << 18 | digit(whole + 1) << 12 | (rest == 3 ? digit(whole + 2) << 6 : 0);
    *to++ = static_cast<char>(bits >> 16);
    if (rest == 3) *to = static_cast<char>(bits >> 8);
    if ((bits & (rest == 2 ? 0xFFFFU : 0xFFU)) != 0) return std::nullopt;
  }
  if (seen > 63) return std::nullopt;
  return out;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + base64_size(bytes.size()));
  append_digits(out, bytes, standard_alphabet);
  out.append((3 - bytes.size() % 3) % 3, '=');
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

std::string decode_base64(std::string_view text) {
  std::string_view digits = text;
  for (int i = 0; i < 2 && digits.ends_with('='); ++i) digits.remove_suffix(1);
  auto bytes = text.size() % 4 == 0 ? decode_digits(digits, standard_values) : std::nullopt;
  if (!bytes || base64_size(bytes->size()) != text.size()) {
    throw Error(Errc::invalid,
                fmt::format("the {} characters are not canonical base64 with padding (RFC 4648, "
                            "section 4)",
                            text.size()));
  }
  return *std::move(bytes);
}

std::string encode_base64url(std::string_view bytes) {
  std::string text;
  append_digits(text, bytes, url_alphabet);
  return text;
}

std::optional<std::string> decode_base64url(std::string_view text) {
  return decode_digits(text, url_values);
}

}  // namespace fnstore

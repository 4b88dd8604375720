#pragma once

#include "fnstore/error.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace fnstore::codec {

static_assert(std::endian::native == std::endian::little, "stored formats are little-endian");

/// Maps small negative and positive numbers to small unsigned ones: 0 -1 1 -2 -> 0 1 2 3.
constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

constexpr unsigned bit_width(std::uint64_t value) noexcept {
  return 64U - static_cast<unsigned>(std::countl_zero(value));
}

inline void put_byte(std::string& out, std::uint8_t value) {
  out.push_back(static_cast<char>(value));
}

/// LEB128, 1 to 10 bytes.
inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    put_byte(out, static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  put_byte(out, static_cast<std::uint8_t>(value));
}

inline void put_fixed64(std::string& out, std::uint64_t value) {
  char bytes[8];
  std::memcpy(bytes, &value, 8);
  out.append(bytes, 8);
}

/// The length as a varint, then the bytes.
inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

/// Reads what the functions above wrote. Every read is checked against the end: running over it,
/// or a varint that does not fit 64 bits, throws `corrupt` naming what was being read.
/// Views it returns live as long as the bytes it was given.
class ByteReader {
 public:
  ByteReader(std::string_view bytes, const char* what) : rest_(bytes), what_(what) {}

  std::size_t remaining() const noexcept { return rest_.size(); }

  std::uint8_t byte() {
    if (rest_.empty()) fail("ends too early");
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      if (shift == 63 && part > 1) fail("holds a number over 64 bits");
      value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if ((part & 0x80) == 0) return value;
    }
    fail("holds a number over 64 bits");
  }

  /// A varint that counts things of which at most `limit` are allowed.
  std::size_t count(std::uint64_t limit) {
    const std::uint64_t value = varint();
    if (value > limit) fail("holds a count beyond its limit");
    return static_cast<std::size_t>(value);
  }

  std::uint64_t fixed64() {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes(8).data(), 8);
    return value;
  }

  std::string_view bytes(std::size_t size) {
    if (size > rest_.size()) fail("ends too early");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view text(std::uint64_t limit) { return bytes(count(limit)); }

  [[noreturn]] void fail(const char* why) const {
    throw Error(Errc::corrupt,
                std::string(what_) + " " + why + "; the file is damaged: restore it from a backup");
  }

 private:
  std::string_view rest_;
  const char* what_;
};

}  // namespace fnstore::codec

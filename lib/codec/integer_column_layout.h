#pragma once

#include <cstddef>
#include <cstdint>

namespace fnstore::codec::layout {

// All of this reaches disk. Stored: never change. lib/FORMAT.md draws it.

inline constexpr std::uint8_t kind_constant = 0;
inline constexpr std::uint8_t kind_packed = 1;
inline constexpr std::size_t miniblock = 128;
inline constexpr unsigned widest_packed = 56;  // wider values are stored as whole words
inline constexpr unsigned whole_word = 64;

constexpr std::size_t packed_bytes(std::size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

}  // namespace fnstore::codec::layout

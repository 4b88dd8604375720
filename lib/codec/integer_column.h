#pragma once

#include "codec/bytes.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace fnstore::codec {

/// A column of 64-bit numbers, bit-packed: lib/FORMAT.md has the bytes. Miniblocks of 128 values,
/// each a frame of reference (its least value), one bit width, and patches for the few values
/// that need more bits (the scheme of Zukowski et al., "Super-Scalar RAM-CPU Cache Compression",
/// ICDE 2006, with exceptions kept beside the miniblock).
void encode_column(std::span<const std::uint64_t> values, std::string& out);

/// A decoded column; a constant one costs no memory.
class IntegerColumn {
 public:
  /// Reads `count` values; throws `corrupt`. The bytes must be followed by at least 8 more, which
  /// may be anything: the unpacker loads whole words.
  static IntegerColumn decode(ByteReader& in, std::size_t count);

  static IntegerColumn constant(std::uint64_t value) noexcept {
    IntegerColumn column;
    column.constant_ = value;
    return column;
  }

  std::uint64_t operator[](std::size_t index) const noexcept {
    return is_constant() ? constant_ : values_[index];
  }
  bool is_constant() const noexcept { return values_ == nullptr; }

  /// All values, for a loop over them; only of a column that is not constant.
  std::span<const std::uint64_t> values(std::size_t count) const noexcept {
    return {values_.get(), count};
  }

  /// The values in place, for turning differences into absolute numbers; makes a constant column
  /// an ordinary one of `count` values.
  std::span<std::uint64_t> expand(std::size_t count);

 private:
  std::uint64_t constant_ = 0;
  std::unique_ptr<std::uint64_t[]> values_;  // not a vector, which would clear it first
};

}  // namespace fnstore::codec

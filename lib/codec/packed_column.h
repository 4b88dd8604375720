#pragma once

#include "codec/bytes.h"
#include "codec/integer_column_layout.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace fnstore::codec {

/// A column of numbers read in place, for whoever wants a few of its values: nothing is decoded but
/// what is asked for. IntegerColumn decodes the same bytes as a whole.
class PackedColumn {
 public:
  /// A miniblock: where its bits begin and what they mean.
  struct Frame {
    std::uint64_t base = 0;
    std::uint32_t packed = 0;  // place of the bits in `bytes`
    std::uint8_t width = 0;
    std::uint8_t patches = 0;
    /// Bit n: value 2 n or 2 n + 1 of the miniblock may be patched.
    std::uint64_t patched = 0;

    bool may_patch(std::size_t within) const { return (patched >> (within / 2) & 1) != 0; }
  };

  PackedColumn() = default;
  /// Checks the column of `count` values that begins at `at`, as IntegerColumn::decode() does and
  /// under the same conditions; adds its frames to those of the block. Throws `corrupt`.
  PackedColumn(std::string_view bytes, std::size_t at, std::size_t count,
               std::vector<Frame>& frames, const char* what);

  bool is_open() const noexcept { return open_; }
  bool is_constant() const noexcept { return constant_; }
  std::uint64_t constant() const noexcept { return value_; }
  /// Where the column ends in `bytes`.
  std::size_t end() const noexcept { return end_; }

  /// `bytes` and `frames` as they were given to the constructor.
  std::uint64_t value(std::string_view bytes, const std::vector<Frame>& frames,
                      std::size_t index) const {
    if (constant_) return value_;
    const Frame& frame = frames[first_frame_ + index / layout::miniblock];
    const std::size_t within = index % layout::miniblock;
    const std::uint64_t value = packed_value(bytes.data() + frame.packed, frame, within);
    return frame.may_patch(within) ? value + patch(bytes, frame, index) : value;
  }

  /// Values in order, from any on: at most to the end of its miniblock.
  void read(std::string_view bytes, const std::vector<Frame>& frames, std::size_t first,
            std::span<std::uint64_t> out) const;

  /// Whether another value should rather come from the column decoded as a whole.
  bool is_asked_often() noexcept { return ++asked_ > few; }
  void forget_asked() noexcept { asked_ = 0; }

 private:
  /// Base and bits, without what patches add.
  static std::uint64_t packed_value(const char* bits, const Frame& frame, std::size_t within) {
    if (frame.width == 0) return frame.base;
    const std::size_t bit = within * frame.width;
    std::uint64_t word = 0;
    std::memcpy(&word, bits + bit / 8, sizeof(word));
    return frame.base + (word >> (bit % 8) & ~std::uint64_t{0} >> (64U - frame.width));
  }
  std::uint64_t patch(std::string_view bytes, const Frame& frame, std::size_t index) const;

  static constexpr std::uint32_t few = 80;  // values: more than a page asks for

  std::uint64_t value_ = 0;  // of a constant column
  std::uint32_t first_frame_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t asked_ = 0;
  bool open_ = false;
  bool constant_ = false;
};

}  // namespace fnstore::codec

#include "codec/integer_column.h"

#include "codec/integer_column_layout.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fnstore::codec {
namespace {

using namespace layout;

constexpr unsigned usable_width(unsigned bits) {
  return bits > widest_packed ? whole_word : bits;
}

/// The width with the fewest bytes when values of more bits become patches.
unsigned best_width(std::span<const std::uint64_t> offsets) {
  std::array<std::uint32_t, 65> histogram{};
  for (const std::uint64_t offset : offsets) ++histogram[bit_width(offset)];
  unsigned widest = 64;
  while (widest > 0 && histogram[widest] == 0) --widest;
  unsigned best = whole_word;
  std::size_t best_cost = SIZE_MAX;
  for (unsigned width = 0; width <= widest; ++width) {
    if (histogram[width] == 0) continue;
    const unsigned usable = usable_width(width);
    std::size_t cost = packed_bytes(offsets.size(), usable);
    for (unsigned bits = usable + 1; bits <= widest; ++bits) {
      cost += histogram[bits] * (1 + (bits - usable + 6) / 7);
    }
    if (cost < best_cost) {
      best_cost = cost;
      best = usable;
    }
  }
  return best;
}

void pack(std::span<const std::uint64_t> offsets, unsigned width, std::string& out) {
  if (width == whole_word) {
    for (const std::uint64_t offset : offsets) put_fixed64(out, offset);
    return;
  }
  const std::size_t begin = out.size();
  const std::size_t bytes = packed_bytes(offsets.size(), width);
  out.resize(begin + bytes + 8);  // whole words are written; the excess is cut off below
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  char* const base = out.data() + begin;
  std::size_t bit = 0;
  for (const std::uint64_t offset : offsets) {
    std::uint64_t word = 0;
    std::memcpy(&word, base + bit / 8, 8);
    word |= (offset & mask) << (bit % 8);
    std::memcpy(base + bit / 8, &word, 8);
    bit += width;
  }
  out.resize(begin + bytes);
}

void encode_miniblock(std::span<const std::uint64_t> values, std::string& out) {
  const std::uint64_t base = *std::min_element(values.begin(), values.end());
  std::array<std::uint64_t, miniblock> offsets;
  for (std::size_t i = 0; i < values.size(); ++i) offsets[i] = values[i] - base;
  const std::span<const std::uint64_t> used(offsets.data(), values.size());
  const unsigned width = best_width(used);

  std::array<std::uint8_t, miniblock> patched;
  std::size_t patches = 0;
  if (width < whole_word) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i] >> width != 0) patched[patches++] = static_cast<std::uint8_t>(i);
    }
  }
  put_varint(out, base);
  put_byte(out, static_cast<std::uint8_t>(width));
  put_byte(out, static_cast<std::uint8_t>(patches));
  pack(used, width, out);
  for (std::size_t i = 0; i < patches; ++i) put_byte(out, patched[i]);
  for (std::size_t i = 0; i < patches; ++i) put_varint(out, used[patched[i]] >> width);
}

/// Eight values fill whole bytes, so that all shifts are known when this is compiled.
template <unsigned width>
void unpack_width(const char* bytes, std::uint64_t base, std::span<std::uint64_t> out) {
  constexpr std::uint64_t mask =
      width == whole_word ? ~std::uint64_t{0} : (std::uint64_t{1} << (width % whole_word)) - 1;
  const auto value = [&](std::size_t bit) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + bit / 8, 8);
    return base + ((word >> (bit % 8)) & mask);
  };
  std::size_t at = 0;
  for (; at + 8 <= out.size(); at += 8, bytes += width) {
    for (std::size_t i = 0; i < 8; ++i) out[at + i] = value(i * width);
  }
  for (std::size_t bit = 0; at < out.size(); ++at, bit += width) out[at] = value(bit);
}

using Unpack = void (*)(const char*, std::uint64_t, std::span<std::uint64_t>);

template <unsigned... widths>
constexpr auto unpackers(std::integer_sequence<unsigned, widths...>) {
  return std::array<Unpack, sizeof...(widths)>{&unpack_width<widths>...};
}

void unpack(const char* bytes, unsigned width, std::uint64_t base, std::span<std::uint64_t> out) {
  static constexpr auto by_width =
      unpackers(std::make_integer_sequence<unsigned, widest_packed + 1>());
  if (width == 0) {
    std::fill(out.begin(), out.end(), base);
  } else if (width == whole_word) {
    unpack_width<whole_word>(bytes, base, out);
  } else {
    by_width[width](bytes, base, out);
  }
}

void decode_miniblock(ByteReader& in, std::span<std::uint64_t> out) {
  const std::uint64_t base = in.varint();
  const unsigned width = in.byte();
  const std::size_t patches = in.byte();
  if (width != whole_word && width > widest_packed) in.fail("holds an impossible bit width");
  if (patches > out.size() || (patches > 0 && width == whole_word)) {
    in.fail("holds too many patches");
  }
  const std::string_view packed = in.bytes(packed_bytes(out.size(), width));
  if (in.remaining() < 8) in.fail("ends too early");
  unpack(packed.data(), width, base, out);
  const std::string_view positions = in.bytes(patches);
  for (const char position : positions) {
    const auto index = static_cast<std::uint8_t>(position);
    if (index >= out.size()) in.fail("patches a value that is not there");
    out[index] += in.varint() << width;
  }
}

}  // namespace

void encode_column(std::span<const std::uint64_t> values, std::string& out) {
  const bool constant =
      std::all_of(values.begin(), values.end(), [&](auto v) { return v == values.front(); });
  if (constant) {
    put_byte(out, kind_constant);
    put_varint(out, values.empty() ? 0 : values.front());
    return;
  }
  put_byte(out, kind_packed);
  for (std::size_t at = 0; at < values.size(); at += miniblock) {
    encode_miniblock(values.subspan(at, std::min(miniblock, values.size() - at)), out);
  }
}

IntegerColumn IntegerColumn::decode(ByteReader& in, std::size_t count) {
  const std::uint8_t kind = in.byte();
  if (kind == kind_constant) return constant(in.varint());
  if (kind != kind_packed) in.fail("holds a column of an unknown kind");
  IntegerColumn column;
  column.values_ = std::make_unique_for_overwrite<std::uint64_t[]>(count);
  const std::span<std::uint64_t> all(column.values_.get(), count);
  for (std::size_t at = 0; at < count; at += miniblock) {
    decode_miniblock(in, all.subspan(at, std::min(miniblock, count - at)));
  }
  return column;
}

std::span<std::uint64_t> IntegerColumn::expand(std::size_t count) {
  if (is_constant()) {
    values_ = std::make_unique_for_overwrite<std::uint64_t[]>(count);
    std::fill_n(values_.get(), count, constant_);
  }
  return {values_.get(), count};
}

}  // namespace fnstore::codec

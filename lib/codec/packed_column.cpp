#include "codec/packed_column.h"

#include <algorithm>

namespace fnstore::codec {
namespace {

using namespace layout;

std::uint64_t varint_at(const char*& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto part = static_cast<std::uint8_t>(*at++);
    value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
    if ((part & 0x80) == 0) return value;
  }
}

PackedColumn::Frame read_frame(std::string_view bytes, ByteReader& in, std::size_t count) {
  PackedColumn::Frame frame;
  frame.base = in.varint();
  frame.width = in.byte();
  frame.patches = in.byte();
  if (frame.width != whole_word && frame.width > widest_packed) {
    in.fail("holds an impossible bit width");
  }
  if (frame.patches > count || (frame.patches > 0 && frame.width == whole_word)) {
    in.fail("holds too many patches");
  }
  frame.packed = static_cast<std::uint32_t>(bytes.size() - in.remaining());
  in.bytes(packed_bytes(count, frame.width));
  if (in.remaining() < 8) in.fail("ends too early");
  for (const char position : in.bytes(frame.patches)) {
    const auto patched = static_cast<std::uint8_t>(position);
    if (patched >= count) in.fail("patches a value that is not there");
    frame.patched |= std::uint64_t{1} << (patched / 2);
  }
  for (unsigned patch = 0; patch < frame.patches; ++patch) in.varint();
  return frame;
}

}  // namespace

PackedColumn::PackedColumn(std::string_view bytes, std::size_t at, std::size_t count,
                           std::vector<Frame>& frames, const char* what)
    : first_frame_(static_cast<std::uint32_t>(frames.size())),
      count_(static_cast<std::uint32_t>(count)) {
  ByteReader in(bytes.substr(at), what);
  const std::uint8_t kind = in.byte();
  if (kind == kind_constant) {
    constant_ = true;
    value_ = in.varint();
  } else {
    if (kind != kind_packed) in.fail("holds a column of an unknown kind");
    for (std::size_t done = 0; done < count; done += miniblock) {
      frames.push_back(read_frame(bytes, in, std::min(miniblock, count - done)));
    }
  }
  end_ = static_cast<std::uint32_t>(bytes.size() - in.remaining());
  open_ = true;
}

/// What the patches of a value's miniblock add to it.
std::uint64_t PackedColumn::patch(std::string_view bytes, const Frame& frame,
                                  std::size_t index) const {
  const std::size_t within = index % miniblock;
  const std::size_t count = std::min(miniblock, count_ - (index - within));
  const char* const positions = bytes.data() + frame.packed + packed_bytes(count, frame.width);
  const char* const end = positions + frame.patches;
  std::uint64_t added = 0;
  const char* high = end;
  for (const char* position = positions; position != end; ++position) {
    const std::uint64_t part = varint_at(high);
    if (static_cast<std::uint8_t>(*position) == within) added += part << frame.width;
  }
  return added;
}

void PackedColumn::read(std::string_view bytes, const std::vector<Frame>& frames, std::size_t first,
                        std::span<std::uint64_t> out) const {
  if (constant_) {
    std::fill(out.begin(), out.end(), value_);
    return;
  }
  const Frame& frame = frames[first_frame_ + first / miniblock];
  const char* const bits = bytes.data() + frame.packed;
  const std::size_t within = first % miniblock;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = packed_value(bits, frame, within + i);
  if (frame.patches == 0) return;
  const std::size_t count = std::min(miniblock, count_ - (first - within));
  const char* const positions = bytes.data() + frame.packed + packed_bytes(count, frame.width);
  const char* high = positions + frame.patches;
  for (const char* position = positions; position != positions + frame.patches; ++position) {
    const std::uint64_t part = varint_at(high);
    // One before `first` wraps around to beyond the end.
    const std::size_t index = static_cast<std::uint8_t>(*position) - within;
    if (index < out.size()) out[index] += part << frame.width;
  }
}

}  // namespace fnstore::codec

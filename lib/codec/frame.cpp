#include "codec/frame.h"

#include "codec/bytes.h"

#include <memory>
#include <new>
#include <zstd.h>

namespace fnstore::codec {
namespace {

// Stored: never change.
constexpr std::uint8_t method_plain = 0;
constexpr std::uint8_t method_zstd = 1;

constexpr int zstd_level = 3;
constexpr std::size_t worth_compressing = 48;  // bytes; below it zstd's own header eats the gain

ZSTD_CCtx* compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                                  &ZSTD_freeCCtx);
  if (!context) throw std::bad_alloc();
  return context.get();
}

ZSTD_DCtx* decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                                  &ZSTD_freeDCtx);
  if (!context) throw std::bad_alloc();
  return context.get();
}

}  // namespace

std::string make_frame(std::string_view bytes) {
  std::string frame;
  if (bytes.empty()) return frame;
  if (bytes.size() >= worth_compressing) {
    put_byte(frame, method_zstd);
    put_varint(frame, bytes.size());
    const std::size_t header = frame.size();
    frame.resize(header + ZSTD_compressBound(bytes.size()));
    const std::size_t packed =
        ZSTD_compressCCtx(compressor(), frame.data() + header, frame.size() - header, bytes.data(),
                          bytes.size(), zstd_level);
    if (ZSTD_isError(packed) == 0 && header + packed < bytes.size() + 1) {
      frame.resize(header + packed);
      return frame;
    }
    frame.clear();
  }
  put_byte(frame, method_plain);
  frame.append(bytes);
  return frame;
}

std::string open_frame(std::string_view frame, std::size_t limit, const char* what) {
  if (frame.empty()) return {};
  ByteReader in(frame, what);
  const std::uint8_t method = in.byte();
  if (method == method_plain) {
    if (in.remaining() > limit) in.fail("is longer than its limit");
    return std::string(in.bytes(in.remaining()));
  }
  if (method != method_zstd) in.fail("uses an unknown method");
  const std::size_t size = in.count(limit);
  const std::string_view packed = in.bytes(in.remaining());
  // zstd cannot expand more than about 33 000 times: a larger claim is damage, refused unallocated.
  if (size / 40'000 > packed.size()) in.fail("claims an impossible size");
  std::string bytes(size, '\0');
  const std::size_t got =
      ZSTD_decompressDCtx(decompressor(), bytes.data(), bytes.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != size) in.fail("does not decompress");
  return bytes;
}

}  // namespace fnstore::codec

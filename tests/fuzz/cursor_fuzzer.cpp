#include "fnstore/call_filter.h"
#include "fnstore/error.h"
#include "fnstore/json.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace fnstore;

// A cursor that is taken is the very one its position encodes to; base64 likewise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const CursorPosition position = decode_cursor(text);
    if (encode_cursor(position.id, position.fn_id) != text) std::abort();
  } catch (const Error& error) {
    if (error.code() != Errc::invalid || !is_valid_utf8(error.what())) std::abort();
  }
  try {
    if (encode_base64(decode_base64(text)) != text) std::abort();
  } catch (const Error& error) {
    if (error.code() != Errc::invalid) std::abort();
  }
  return 0;
}

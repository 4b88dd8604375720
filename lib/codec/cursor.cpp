#include "fnstore/call_filter.h"
#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "codec/base64.h"
#include "model/quote.h"
#include "model/validation.h"

#include <fmt/format.h>

namespace fnstore {
namespace {

constexpr char separator = '\0';

[[noreturn]] void refuse(std::string_view cursor, std::string_view why) {
  throw Error(Errc::invalid,
              fmt::format("cursor {} is malformed: {}; use a next_cursor as a listing returned it",
                          quote(cursor), why));
}

}  // namespace

std::string encode_cursor(std::string_view id, std::string_view fn_id) {
  if (fn_id.empty()) return encode_base64url(id);
  std::string position;
  position.reserve(id.size() + 1 + fn_id.size());
  position.append(id).append(1, separator).append(fn_id);
  return encode_base64url(position);
}

CursorPosition decode_cursor(std::string_view cursor) {
  constexpr std::size_t longest = base64_size(2 * limits::id_bytes + 1);
  if (cursor.empty()) refuse(cursor, "it is empty");
  if (cursor.size() > longest) refuse(cursor, "it is longer than any cursor");
  const auto bytes = decode_base64url(cursor);
  if (!bytes) refuse(cursor, "it is not unpadded base64url");

  const std::size_t at = bytes->find(separator);
  CursorPosition position{bytes->substr(0, at), {}};
  try {
    validate_id(position.id, "its id");
    if (at != std::string::npos) {
      position.fn_id = bytes->substr(at + 1);
      validate_id(position.fn_id, "its fn_id");
    }
  } catch (const Error& error) {
    refuse(cursor, error.what());
  }
  return position;
}

}  // namespace fnstore

#include "record_reader.h"

#include <fmt/format.h>

namespace fnstore::query {

LineError::LineError(std::uint64_t line, std::string_view problem, Errc code)
    : Error(code, fmt::format("line {}: {}", line, problem)) {}

void refuse_nul(const Piece& piece) {
  if (piece.bytes.find('\0') != std::string_view::npos) {
    throw LineError(piece.line, "holds a NUL byte; write it as \\u0000 in JSON, or use base64");
  }
}

}  // namespace fnstore::query

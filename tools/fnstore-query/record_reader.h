#pragma once

#include "fnstore/call.h"
#include "fnstore/error.h"

#include "byte_pieces.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fnstore::query {

struct InputRecord {
  CallRecord record;
  std::uint64_t line = 0;  ///< where it starts
  std::size_t bytes = 0;   ///< what it took in the input, about what it takes in memory
};

/// A line of input that cannot be taken. `what()` starts with "line N: ".
class LineError : public Error {
 public:
  LineError(std::uint64_t line, std::string_view problem, Errc code = Errc::invalid);
};

/// Records of an input, one after the other, with a memory that does not grow with the input.
class RecordReader {
 public:
  virtual ~RecordReader() = default;

  /// Nothing at the end. Throws LineError; it cannot go on after that.
  virtual std::optional<InputRecord> next() = 0;
};

enum class InputFormat { jsonl, csv, azure };

/// The pieces must outlive the reader.
std::unique_ptr<RecordReader> open_jsonl(BytePieces& pieces);
std::unique_ptr<RecordReader> open_csv(BytePieces& pieces);
std::unique_ptr<RecordReader> open_azure(BytePieces& pieces);

/// Throws LineError when a piece of a text file holds a NUL.
void refuse_nul(const Piece& piece);

}  // namespace fnstore::query

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fnstore::query {

/// A file or standard input, read from front to back.
class InputFile {
 public:
  /// "-" and the empty path are standard input. Throws Error: `not_found` for a missing file.
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Up to `most` bytes; 0 at the end.
  std::size_t read(char* into, std::size_t most);

  const std::string& name() const { return name_; }
  std::optional<std::uint64_t> size() const { return size_; }  ///< of a regular file
  bool is_terminal() const;

 private:
  int descriptor_;
  bool owned_;
  std::string name_;
  std::optional<std::uint64_t> size_;
};

/// Some bytes of one line.
struct Piece {
  std::string_view bytes;  ///< with the newline; valid until the next piece is asked for
  std::uint64_t line = 0;  ///< counted from 1
  bool ends_line = false;  ///< it ends with a newline
};

/// A file in pieces that never cross a newline and never exceed a fixed size, however long a line
/// is. A byte order mark at the start is left out.
class BytePieces {
 public:
  explicit BytePieces(InputFile& file);

  std::optional<Piece> next();

  /// Read from the file so far.
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  bool fill();

  InputFile& file_;
  std::unique_ptr<char[]> buffer_;
  std::string_view pending_;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t line_ = 1;
  bool started_ = false;
};

}  // namespace fnstore::query

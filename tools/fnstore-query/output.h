#pragma once

#include <string>
#include <string_view>

namespace fnstore::query {

/// How data is changed on its way to a terminal, so that nothing in it can drive the terminal.
/// Off a terminal, bytes are never touched.
enum class Harmless {
  as_is,  ///< for output that is a file, a pipe, or has been made harmless already
  json,   ///< control characters that JSON leaves alone are written as \uNNNN
  text,   ///< control characters other than newline and tab are written as \xNN
};

/// Buffered bytes to a file descriptor that it does not own. Every failure to write is an Error
/// (or BrokenPipe), but only finish() proves that all was taken: call it before reporting success.
class Output {
 public:
  /// `name` stands in messages. With json and text, write() must be given whole characters;
  /// `ascii_only` then escapes all that is not ASCII as well.
  Output(int descriptor, std::string name, Harmless harmless = Harmless::as_is,
         bool ascii_only = false);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view bytes);
  void finish();

 private:
  void append(std::string_view bytes);

  int descriptor_;
  std::string name_;
  Harmless harmless_;
  bool ascii_only_;
  std::string buffer_;
};

/// Writes all of it, in as many steps as it takes. Throws Error or BrokenPipe.
void write_fully(int descriptor, std::string_view bytes, std::string_view name);

}  // namespace fnstore::query

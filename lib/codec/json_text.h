#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fnstore {

/// Appends valid UTF-8 as a JSON string with its quotes. Only what must be escaped is: the quote,
/// the backslash and U+0000..U+001F.
void append_json_string(std::string& out, std::string_view utf8);

/// Bytes append_json_string would append.
std::size_t json_string_size(std::string_view utf8) noexcept;

/// Builds JSON without spaces from one value's parts in document order; sets the commas itself.
class CompactJson {
 public:
  /// `bracket` is '{' or '['.
  void begin(char bracket);
  /// `bracket` is '}' or ']'.
  void end(char bracket);
  void key(std::string_view utf8);
  void string(std::string_view utf8);
  /// A number or one of the words true, false and null, exactly as it is to stand there.
  void literal(std::string_view text);

  std::size_t depth() const noexcept { return depth_; }

  /// The text so far; the writer is as new afterwards.
  std::string take();

 private:
  void separate();

  std::string text_;
  std::size_t depth_ = 0;
  bool needs_comma_ = false;
};

}  // namespace fnstore

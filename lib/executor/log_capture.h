#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fnstore::executor {

/// Keeps the beginning of a stream for a call's log, at most `limit` bytes of it.
class LogCapture {
 public:
  explicit LogCapture(std::size_t limit) : limit_(limit) {}

  void append(std::string_view bytes);

  /// All bytes so far, kept or not.
  std::uint64_t seen() const noexcept { return kept_.size() + left_out_; }

  /// What was kept. When something was left out, a last line says how many bytes; a character of
  /// UTF-8 that would have been cut in two is left out whole.
  std::string finish() &&;

  /// Room that the line about a cut needs, beyond the limit.
  static constexpr std::size_t cut_line_bytes = 128;

 private:
  std::size_t limit_;
  std::string kept_;
  std::uint64_t left_out_ = 0;
};

}  // namespace fnstore::executor

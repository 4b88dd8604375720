#pragma once

#include <cstdint>
#include <string_view>

namespace fnstore::query {

/// Whether a JSON line may grow on: limits::json_line_bytes do not count the texts of payload and
/// log, which are two strings of any position, each with a limit of its own. Without it a reader
/// would have to allow every line the size of both texts, fully escaped.
class JsonLineBudget {
 public:
  /// Takes the next bytes of the line. False when no legal line starts like this.
  bool take(std::string_view bytes);

 private:
  void end_string();

  bool in_string_ = false;
  bool escaped_ = false;            ///< the byte before was a backslash
  int hex_digits_ = 0;              ///< still to come of a \uNNNN
  std::uint64_t string_units_ = 0;  ///< bytes of the string so far, an escape counted as one
  std::uint64_t plain_ = 0;         ///< the same of everything but big strings
  int big_strings_ = 0;
};

}  // namespace fnstore::query

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fnstore::query {

enum class ColorMode { automatic, always, never };

/// What standard output and standard error are connected to, found out once at the start.
struct Terminal {
  bool output_is_terminal = false;
  bool error_is_terminal = false;
  bool can_redraw = false;  ///< standard error is a terminal that can clear a line: not `dumb`
  bool color_output = false;
  bool color_error = false;
  bool utf8 = false;         ///< the locale's characters are UTF-8
  std::size_t columns = 80;  ///< COLUMNS, else the terminal's own, else 80

  /// Standard error shows text to people, and cannot show all of UTF-8.
  bool ascii_error() const { return error_is_terminal && !utf8; }

  std::string_view ellipsis() const { return utf8 ? "…" : "..."; }
};

/// Whether the characters of the locale are UTF-8. Sets the locale's character type for the
/// process.
bool locale_is_utf8();

/// Sets the locale's character type for the process and looks around. Automatic colour: on a
/// terminal, unless NO_COLOR is set or TERM is `dumb`.
Terminal inspect_terminal(ColorMode color);

enum class Color { none, bold, dim, red, green, yellow, blue, magenta, cyan };

/// The text in that colour when `enabled`, else as it is. The text must be harmless already.
std::string paint(std::string_view text, Color color, bool enabled);

}  // namespace fnstore::query

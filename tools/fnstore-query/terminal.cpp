#include "terminal.h"

#include <charconv>
#include <clocale>
#include <cstdlib>
#include <fmt/format.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fnstore::query {
namespace {

/// Narrower than this, a table says nothing.
constexpr std::size_t least_columns = 20;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::size_t find_columns() {
  const std::string_view text = environment("COLUMNS");
  std::size_t columns = 0;
  std::from_chars(text.data(), text.data() + text.size(), columns);
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    winsize size{};
    if (columns == 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  }
  if (columns == 0) return 80;
  return columns < least_columns ? least_columns : columns;
}

std::string_view code(Color color) {
  switch (color) {
    case Color::none:
      break;
    case Color::bold:
      return "1";
    case Color::dim:
      return "2";
    case Color::red:
      return "31";
    case Color::green:
      return "32";
    case Color::yellow:
      return "33";
    case Color::blue:
      return "34";
    case Color::magenta:
      return "35";
    case Color::cyan:
      return "36";
  }
  return "";
}

}  // namespace

bool locale_is_utf8() {
  std::setlocale(LC_CTYPE, "");
  return std::string_view{nl_langinfo(CODESET)} == "UTF-8";
}

Terminal inspect_terminal(ColorMode color) {
  Terminal terminal;
  terminal.utf8 = locale_is_utf8();
  terminal.output_is_terminal = isatty(STDOUT_FILENO) == 1;
  terminal.error_is_terminal = isatty(STDERR_FILENO) == 1;
  const bool dumb = environment("TERM") == "dumb";
  terminal.can_redraw = terminal.error_is_terminal && !dumb;
  terminal.columns = find_columns();
  const bool wanted = color == ColorMode::always ||
                      (color == ColorMode::automatic && environment("NO_COLOR").empty() && !dumb);
  const bool always = color == ColorMode::always;
  terminal.color_output = wanted && (always || terminal.output_is_terminal);
  terminal.color_error = wanted && (always || terminal.error_is_terminal);
  return terminal;
}

std::string paint(std::string_view text, Color color, bool enabled) {
  if (!enabled || color == Color::none) return std::string{text};
  return fmt::format("\x1b[{}m{}\x1b[0m", code(color), text);
}

}  // namespace fnstore::query

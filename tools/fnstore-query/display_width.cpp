#include "display_width.h"

#include "utf8_scan.h"

#include <wchar.h>

namespace fnstore::query {
namespace {

struct Measured {
  std::size_t bytes;
  std::size_t columns;
};

Measured measure_first(std::string_view text) {
  const auto character = first_character(text);
  if (!character) return {1, 1};
  const int columns = ::wcwidth(static_cast<wchar_t>(character->code));
  return {character->bytes, columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

/// How many bytes of the text fit into `width` columns.
std::size_t fitting_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (bytes < text.size()) {
    const Measured next = measure_first(text.substr(bytes));
    if (columns + next.columns > width) break;
    bytes += next.bytes;
    columns += next.columns;
  }
  return bytes;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Measured next = measure_first(text);
    columns += next.columns;
    text.remove_prefix(next.bytes);
  }
  return columns;
}

std::string cut_to_width(std::string_view text, std::size_t width, std::string_view ellipsis) {
  if (fitting_bytes(text, width) == text.size()) return std::string{text};
  const std::size_t mark = display_width(ellipsis);
  if (mark > width) return std::string(width, '.');
  std::string cut{text.substr(0, fitting_bytes(text, width - mark))};
  return cut += ellipsis;
}

std::vector<std::string> wrap_to_width(std::string_view text, std::size_t width,
                                       std::size_t most_lines, std::string_view ellipsis) {
  std::vector<std::string> lines;
  while (lines.size() + 1 < most_lines) {
    const std::size_t bytes = fitting_bytes(text, width);
    if (bytes == text.size() || bytes == 0) break;
    lines.emplace_back(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  lines.push_back(cut_to_width(text, width, ellipsis));
  return lines;
}

}  // namespace fnstore::query

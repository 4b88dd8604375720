#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::query {

/// Texts on a terminal, measured in its columns: a wide character takes two, a combining mark
/// none. The texts must be harmless_line()s; the locale must be set.

std::size_t display_width(std::string_view text);

/// The text in at most `width` columns; what is cut off is replaced by the ellipsis.
std::string cut_to_width(std::string_view text, std::size_t width, std::string_view ellipsis);

/// The text in lines of at most `width` columns, broken anywhere. When there are more than
/// `most_lines`, the last one ends with the ellipsis.
std::vector<std::string> wrap_to_width(std::string_view text, std::size_t width,
                                       std::size_t most_lines, std::string_view ellipsis);

}  // namespace fnstore::query

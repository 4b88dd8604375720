#pragma once

#include <string>
#include <string_view>

namespace fnstore::reference {

/// Text within a line as roff takes it literally: no character in it is an escape, a hyphen that
/// copies as something else, or the start of a request.
std::string roff_line(std::string_view text);

/// One filled paragraph without its heading macro; `words in backticks` are bold.
std::string roff_paragraph(std::string_view text);

/// The text of a help page: paragraphs between empty lines. Indented lines stay as they are,
/// unless they are a list of "  word  what it is".
std::string roff_text(std::string_view text);

}  // namespace fnstore::reference

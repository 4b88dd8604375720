#pragma once

#include <string>
#include <string_view>

namespace fnstore::query {

/// Foreign text in forms that cannot drive a terminal: no control characters (C0, DEL and C1), no
/// bytes that are not UTF-8, no characters that break lines or turn the direction of writing. With
/// `ascii_only`, everything beyond ASCII is escaped too: a terminal that does not read UTF-8 takes
/// some of its bytes for control characters.

/// JSON that means the same: what is dangerous becomes \uNNNN. The text must be valid JSON.
std::string harmless_json(std::string_view json, bool ascii_only = false);

/// Text of several lines: newline, CR newline and tab stay, the rest becomes \xNN or \u{NNNN}.
std::string harmless_text(std::string_view text, bool ascii_only = false);

/// Text for one line: newline, CR and tab become \n, \r and \t, the rest \xNN or \u{NNNN}.
std::string harmless_line(std::string_view text, bool ascii_only = false);

/// Foreign text for a message: a harmless_line() in double quotes, cut after 64 bytes.
std::string in_quotes(std::string_view text);

}  // namespace fnstore::query

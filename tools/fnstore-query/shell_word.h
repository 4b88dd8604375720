#pragma once

#include <string>
#include <string_view>

namespace fnstore::query {

/// The text as one word of a POSIX shell, quoted only when it must be. Control characters are
/// written in $'...', so the word is harmless on a terminal.
std::string shell_word(std::string_view text);

}  // namespace fnstore::query

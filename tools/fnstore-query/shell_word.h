#pragma once

#include <string>
#include <string_view>

namespace fnstore::query {

/// The text as one word of a POSIX shell, quoted only when it must be. Control characters are
/// written in $'...', so the word is harmless on a terminal; with `ascii_only`, so is all that is
/// not ASCII.
std::string shell_word(std::string_view text, bool ascii_only = false);

}  // namespace fnstore::query

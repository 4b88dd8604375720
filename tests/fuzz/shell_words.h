#pragma once

#include <string>
#include <string_view>
#include <vector>

/// A line as a shell splits it, with all the quoting that shell_word() uses: '...', \' between two
/// of them, and $'...' with \\, \' and \xNN. Ends the program where a quote is left open.
std::vector<std::string> shell_words(std::string_view line);

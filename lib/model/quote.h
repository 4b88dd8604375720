#pragma once

#include <string>
#include <string_view>

namespace fnstore {

/// Foreign text for a message: in double quotes, control characters and bytes that are not UTF-8
/// as \xNN, so that it cannot move a terminal's cursor; cut after 64 bytes with "..." and the
/// whole size behind it.
std::string quote(std::string_view text);

}  // namespace fnstore

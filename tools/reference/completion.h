#pragma once

#include "definition.h"

#include <string>
#include <string_view>
#include <vector>

namespace fnstore::reference {

/// The names of the shells that completion_script() knows, as a value name: "bash|zsh|fish".
inline constexpr const char* shells = "bash|zsh|fish";

/// A script for that shell that completes the program's commands, options and their values. Ids of
/// functions and calls are asked of `fnstore-query completion --fn-ids` and `--call-ids`, when they
/// are wanted. The shell must be one of `shells`.
std::string completion_script(const ProgramDefinition& program, std::string_view shell);

}  // namespace fnstore::reference

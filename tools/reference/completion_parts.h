#pragma once

#include "definition.h"

#include <string>
#include <string_view>
#include <vector>

namespace fnstore::reference {

std::string bash_completion(const ProgramDefinition& program);
std::string zsh_completion(const ProgramDefinition& program);
std::string fish_completion(const ProgramDefinition& program);

/// "fnstore-query" as a part of the name of a shell function.
std::string function_name(const ProgramDefinition& program);

/// The text with every @program@ and @function@ in it replaced.
std::string fill_in(std::string_view text, const ProgramDefinition& program);

/// What is written between single quotes means itself in all three shells, but for these.
std::string single_quoted(std::string_view text);

/// The text with a backslash before each of `special`.
std::string with_backslashes(std::string_view text, std::string_view special);

/// Not empty values, with a space between.
std::string choices_in_a_row(std::string_view value_name);

std::string joined(const std::vector<std::string>& words, std::string_view between);

}  // namespace fnstore::reference

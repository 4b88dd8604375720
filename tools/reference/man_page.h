#pragma once

#include "definition.h"

#include <string>
#include <string_view>

namespace fnstore::reference {

/// The manual page of section 1, in roff for the `man` macros, with every command in it. `see_also`
/// names another page.
std::string man_page(const ProgramDefinition& program, std::string_view see_also);

}  // namespace fnstore::reference

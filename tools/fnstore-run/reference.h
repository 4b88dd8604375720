#pragma once

#include "completion.h"
#include "man_page.h"

#include <string>

namespace fnstore::run {

/// The definitions, with the usage and the texts of help_texts.h.
reference::ProgramDefinition read_reference(const CLI::App& app);

/// Throws UsageError when there is none for that shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace fnstore::run

#pragma once

#include <string>

namespace CLI {
class App;
}

namespace fnstore::query {

/// The help of the tool, or of a command (an App with a parent). Ends with a newline; no line is
/// longer than 80 columns as long as no word is.
std::string help_text(const CLI::App& app);

}  // namespace fnstore::query

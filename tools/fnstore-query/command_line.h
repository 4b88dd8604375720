#pragma once

#include "command.h"
#include "session.h"

#include <optional>
#include <string>

namespace fnstore::query {

/// What a command line asks for: a text to print (help, version), or a command to run.
struct Request {
  std::optional<std::string> print;
  Session session;  ///< complete but for the terminal
  ColorMode color = ColorMode::automatic;
  Run run;
};

/// Throws UsageError.
Request parse_command_line(int argc, const char* const* argv);

}  // namespace fnstore::query

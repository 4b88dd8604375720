#pragma once

#include "fnstore/executor.h"

#include <optional>
#include <stdexcept>
#include <string>

namespace fnstore::run {

/// The command line makes no sense. `what()` says why and what would.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a command line asks for: a text to print (help, version), or a command to run.
struct Request {
  std::optional<std::string> print;
  std::string db;
  CommandRequest exec;
};

/// Throws UsageError.
Request parse_command_line(int argc, const char* const* argv);

/// A text of the user's as it may go to a terminal: control characters become '?'.
std::string harmless(std::string text);

}  // namespace fnstore::run

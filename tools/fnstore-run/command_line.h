#pragma once

#include "fnstore/executor.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

namespace fnstore::run {

/// The command line makes no sense. `what()` says why and what would.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct SubmitRequest {
  std::string fn_id;
  Command command;
  SubmitOptions options;
  std::string input;  ///< a file whose bytes become the payload, "-": stdin; empty: no payload
};

struct DetachRequest {
  std::string fn_id;
  Command command;
  FunctionOptions function;
  DetachOptions options;
};

struct WorkerRequest {
  std::size_t concurrency = 0;  ///< 0: as many as there are processors
  bool drain = false;
  std::chrono::milliseconds patience{10'000};  ///< for running commands, after a signal
};

/// What a command line asks for: a text to print (help, version), or a command of ours.
struct Request {
  std::optional<std::string> print;
  std::string db;
  std::variant<CommandRequest, SubmitRequest, DetachRequest, WorkerRequest> command;
};

/// Throws UsageError.
Request parse_command_line(int argc, const char* const* argv);

/// A text of the user's as it may go to a terminal: control characters become '?'.
std::string harmless(std::string text);

}  // namespace fnstore::run

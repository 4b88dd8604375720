#pragma once

#include "command_line.h"

namespace fnstore::run {

/// What fnstore-run itself returns; all else is the command's own status, or from run_command.
namespace exit_status {
inline constexpr int usage = 2;
inline constexpr int store_failed = 125;
}  // namespace exit_status

/// Runs and records; says on stderr what did not work. Returns the exit status.
int exec_command(const Request& request);

/// "fnstore-run: text" on stderr.
void say_error(const std::string& text);

}  // namespace fnstore::run

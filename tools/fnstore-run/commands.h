#pragma once

#include "command_line.h"

#include <string>

namespace fnstore::run {

/// What fnstore-run itself returns; all else is the command's own status, or from run_command.
namespace exit_status {
inline constexpr int done = 0;
inline constexpr int not_placed = 1;
inline constexpr int usage = 2;
inline constexpr int store_failed = 125;
}  // namespace exit_status

/// Each does what was asked, says on stderr what did not work, and returns the exit status.
int exec_command(const std::string& db, const CommandRequest& request);
int submit_command(const std::string& db, const SubmitRequest& request);
int detach_command(const std::string& db, const DetachRequest& request);
int worker_command(const std::string& db, const WorkerRequest& request);

/// "fnstore-run: text" on stderr.
void say_error(const std::string& text);

/// To stdout. Returns the exit status.
int print(const std::string& text);

/// print() of the id of a call that was recorded. When it does not work stderr tells the id.
int print_call_id(const std::string& id);

}  // namespace fnstore::run

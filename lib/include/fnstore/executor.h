#pragma once

#include "fnstore/call.h"
#include "fnstore/store.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace fnstore {

/// A command to run as a sync call: argv without a shell, found along PATH.
struct CommandRequest {
  std::string fn_id{};
  std::string app_id{};
  std::vector<std::string> argv{};         ///< not empty; argv[0] is the program
  std::chrono::seconds timeout{0};         ///< 0: none
  std::uint64_t memory = 0;                ///< MiB, 0: unlimited; enforced with RLIMIT_AS
  std::vector<std::string> environment{};  ///< names passed on besides PATH, HOME, LANG, TZ, ...
};

struct CommandOptions {
  std::chrono::milliseconds grace{2'000};            ///< between TERM and KILL
  std::chrono::milliseconds sample_interval{1'000};  ///< between two samples of stats
  std::size_t log_bytes = std::size_t{1} << 20;      ///< kept of stderr; the rest is passed on only
};

/// How a command ended, for whoever has to exit like it.
struct CommandResult {
  Call call;            ///< as recorded
  int exit_status = 0;  ///< its own; 128 + signal; 124 timeout; 126 not executable; 127 not found
};

/// Runs a command in a process group of its own and records it: `running` before it starts, its
/// end, stats and log after. Its stdin, stdout and stderr are the caller's, all other descriptors
/// are closed; stderr is copied into the log. A timeout (SIGTERM) or a SIGINT, SIGTERM, SIGHUP or
/// SIGQUIT to this process, which is passed on, ends the whole group: the signal, a grace, SIGKILL.
/// After a signal passed on, a command that does not end with status 0 is `cancelled`. When the
/// command ends by itself, processes it left in the background are let be, but not their stderr.
/// The controlling terminal, if there is one, is lent to a command that wants to read from it.
/// Any thread may call it, several at once; handlers for those signals and for SIGCHLD stand
/// during the call, and those of the program that they replace are still run.
/// Throws Error for the store, a request that makes no sense (`invalid`: nothing was run or
/// recorded), or when this process has no descriptors left; a command's own failure is data.
CommandResult run_command(Store& store, const CommandRequest& request,
                          const CommandOptions& options = {});

}  // namespace fnstore

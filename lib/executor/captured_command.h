#pragma once

#include "fnstore/call.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::executor {

/// A command that has nothing of this process but its working folder and the environment it is
/// allowed: no stdin, stdout or stderr, no terminal. Views must outlive the run.
struct CapturedCommand {
  CallKey call{};  ///< for FNSTORE_CALL_ID and FNSTORE_FN_ID
  int attempt = 1;
  std::vector<std::string> argv{};                  ///< not empty; argv[0] is looked up along PATH
  std::vector<std::string> environment{};           ///< as CommandRequest::environment
  std::string_view payload{};                       ///< the command's stdin, then its end
  std::chrono::seconds timeout{0};                  ///< 0: none
  std::uint64_t memory = 0;                         ///< MiB, 0: unlimited; enforced with RLIMIT_AS
  std::size_t output_bytes = std::size_t{1} << 20;  ///< kept of stdout; the rest is dropped
  std::size_t log_bytes = std::size_t{1} << 20;     ///< the same of stderr; a last line says so
  std::chrono::milliseconds grace{2'000};           ///< between TERM and KILL
  std::chrono::milliseconds sample_interval{1'000};
  bool keep_output = true;  ///< false: stdout is /dev/null
};

/// How it went. The first two as a Verdict has them.
struct CapturedResult {
  Status status = Status::success;
  std::string error{};
  Timestamp started_at{};
  Timestamp completed_at{};
  Stats stats{};  ///< empty when the command never ran
  std::string output{};
  bool output_cut = false;
  std::string log{};
  int exit_status = 0;  ///< its own; 128 + signal; 124 timeout; 126 not executable; 127 not found
};

/// Throws `invalid` for a command that makes no sense.
void check_captured(const CapturedCommand& command);

/// Runs a command in a session and process group of its own and waits for its end; any number at
/// once, on any threads. A timeout or a stop ends the whole group: SIGTERM, the grace, SIGKILL.
/// After a stop the call is `cancelled` with the error "client_request: ...", unless the command
/// had ended before. When it ends by itself, processes it left in the background are let be, but
/// what they write a tenth of a second later or more is lost.
///
/// `started` is called once the command has been executed, not when it could not be; if it throws,
/// the group is killed. Nobody else may wait for this process's children at random (waitpid(-1),
/// or SIGCHLD ignored): the call is then an error "lost: ...".
///
/// A command's own failure is data. Throws what check_captured throws, and `io` when this process
/// is out of descriptors: no command has run then.
CapturedResult run_captured(const CapturedCommand& command, const std::stop_token& stop,
                            const std::function<void()>& started = {});

}  // namespace fnstore::executor

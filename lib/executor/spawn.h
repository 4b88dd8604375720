#pragma once

#include "executor/environment.h"
#include "executor/file_descriptor.h"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace fnstore::executor {

struct SpawnPlan {
  std::vector<std::string> argv;  ///< not empty; argv[0] is looked up along the PATH below
  Environment environment;        ///< all the command gets
  std::uint64_t memory = 0;       ///< bytes of address space, 0: unlimited
  int stdin_descriptor = 0;       ///< these three become 0, 1 and 2; all others are closed
  int stdout_descriptor = 1;
  int stderr_descriptor = 2;
  /// Also in a session of its own, so without the caller's terminal, and with no signal ignored.
  bool isolated = false;
};

/// A command that runs as the leader of its own process group: its pid names the group too.
struct SpawnedProcess {
  pid_t pid = -1;
  FileDescriptor pidfd;  ///< readable when it has ended; none where the kernel has no pidfd_open
  /// The kernel counts the memory of the copy of this process that the command began as into the
  /// command's ru_maxrss. Bytes: a peak near this says nothing about the command.
  std::uint64_t memory_before_exec = 0;
};

/// Why no command runs. `error` is an errno.
struct SpawnFailure {
  enum class Step : int { fork, limit_memory, execute, none };
  Step step = Step::none;
  int error = 0;
};

/// Starts a command and returns when it has been executed, or could not be; then nothing is left
/// of it. It starts with no signal blocked and, except those ignored, default signal actions. No
/// shell is involved, not even for a script without "#!".
std::variant<SpawnedProcess, SpawnFailure> spawn(const SpawnPlan& plan);

/// Whether the search along PATH would find a file with that name, executable or not.
bool program_exists(const SpawnPlan& plan);

}  // namespace fnstore::executor

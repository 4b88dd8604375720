#pragma once

#include <cstddef>
#include <cstdint>
#include <sys/types.h>

/// What the system says of a process.
struct ProcessState {
  std::uint64_t resident_bytes = 0;
  std::size_t descriptors = 0;
};

/// Throws when there is no such process, or it is another user's.
ProcessState process_state(pid_t pid);

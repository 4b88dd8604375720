#pragma once

#include "executor/file_descriptor.h"

#include <sys/types.h>

namespace fnstore::executor {

/// The processes of a command. Whoever uses it has not waited for the leader yet: as long as the
/// leader is at least a zombie, the number cannot name anybody else's group.
class ProcessGroup {
 public:
  explicit ProcessGroup(pid_t leader) : leader_(leader) {}

  pid_t leader() const noexcept { return leader_; }

  /// To every member; also wakes those that are stopped, so that they can act on it.
  void send(int signal) const noexcept;

  void send_only(int signal) const noexcept;

  /// A member that has not ended, as far as /proc shows it; 0 when there is none.
  pid_t any_alive() const;

 private:
  pid_t leader_;
};

/// A pidfd: readable when the process has ended. None when the kernel has no such thing, or there
/// is no such process.
FileDescriptor open_process(pid_t pid) noexcept;

}  // namespace fnstore::executor

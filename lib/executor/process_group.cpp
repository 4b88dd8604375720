#include "executor/process_group.h"

#include "executor/proc_stat.h"

#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

namespace fnstore::executor {

void ProcessGroup::send(int signal) const noexcept {
  send_only(signal);
  if (signal != SIGKILL) send_only(SIGCONT);
}

void ProcessGroup::send_only(int signal) const noexcept {
  ::kill(-leader_, signal);
}

pid_t ProcessGroup::any_alive() const {
  for (const ProcessUsage& member : read_process_group(leader_)) {
    if (!member.ended) return member.pid;
  }
  return 0;
}

FileDescriptor open_process(pid_t pid) noexcept {
  return FileDescriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

}  // namespace fnstore::executor

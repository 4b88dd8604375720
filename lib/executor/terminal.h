#pragma once

#include "executor/file_descriptor.h"
#include "executor/process_group.h"

namespace fnstore::executor {

/// Shares the controlling terminal with a command that has a process group of its own. The command
/// begins in the background, so that a pager in the same pipeline keeps the keyboard; when it
/// wants to read, the kernel stops it, and it gets the terminal and goes on. When the user
/// suspends it (^Z), this process and its group stop as well, and both go on together.
/// Without a controlling terminal all of this does nothing.
class Terminal {
 public:
  Terminal() noexcept;
  ~Terminal() { take_back(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// The command was stopped by that signal. May stop this process until it is continued.
  void on_stop(const ProcessGroup& command, int signal);

  /// Makes this process's group the foreground again if the command had the terminal.
  void take_back() noexcept;

 private:
  bool is_ours() const noexcept;
  void lend(const ProcessGroup& command) noexcept;

  /// False when the kernel did not stop us: nobody is there who could continue us.
  bool stop_ourselves(int signal) noexcept;

  FileDescriptor terminal_;
  bool lent_ = false;
};

}  // namespace fnstore::executor

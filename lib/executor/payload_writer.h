#pragma once

#include "executor/file_descriptor.h"

#include <string_view>

namespace fnstore::executor {

/// A command's stdin: the payload, then its end. Never waits; what a command does not read is
/// dropped. The thread must have SIGPIPE blocked (see SignalMask).
class PayloadWriter {
 public:
  /// The payload must outlive it. Throws `io`.
  explicit PayloadWriter(std::string_view payload);

  /// What the command gets.
  int command_end() const noexcept { return pipe_.read.get(); }

  /// To be called once the command has it: from then on we notice when it reads no more.
  void close_command_end() noexcept { pipe_.read.close(); }

  /// To wait for until it is writable; -1 when there is nothing more to write.
  int descriptor() const noexcept { return pipe_.write.get(); }

  /// Writes what fits into the pipe.
  void write_some() noexcept;

  void close() noexcept { pipe_.write.close(); }

 private:
  std::string_view left_;
  Pipe pipe_;
};

}  // namespace fnstore::executor

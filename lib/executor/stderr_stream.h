#pragma once

#include "executor/file_descriptor.h"
#include "executor/log_capture.h"
#include "executor/signal_watch.h"
#include "executor/stderr_relay.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace fnstore::executor {

/// A command's stderr on its way to the caller's, with the part that becomes the call's log.
class StderrStream {
 public:
  /// Throws `io`.
  StderrStream(std::size_t log_bytes, int target);

  /// What the command gets as its stderr.
  int command_end() const noexcept { return pipe_.write.get(); }

  /// To be called once the command has it: from then on the stream ends with the command.
  void close_command_end() noexcept { pipe_.write.close(); }

  /// To wait for until it is readable; -1 when nothing should be read now or ever again.
  int descriptor() const noexcept { return relay_.is_full() ? -1 : pipe_.read.get(); }

  /// To wait for until it is writable; -1 when nothing waits to be passed on.
  int relay_descriptor() const noexcept { return relay_.is_waiting() ? relay_.descriptor() : -1; }

  /// Reads what is there, at most one buffer full, and passes it on. Never waits.
  void pump();

  /// The command has ended: takes all it wrote. Processes it left behind may hold the pipe open
  /// for ever, so it waits for the end no longer than `patience`.
  void drain(std::chrono::milliseconds patience);

  /// Waits until the caller's stderr has taken everything, or this process is asked to end.
  void flush(SignalWatch& signals);

  std::string take_log() { return std::move(log_).finish(); }

 private:
  enum class Read { bytes, nothing, end };
  Read read_some();
  void take_present();

  Pipe pipe_;
  LogCapture log_;
  StderrRelay relay_;
  std::vector<char> buffer_;
};

}  // namespace fnstore::executor

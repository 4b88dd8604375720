#pragma once

#include "executor/command_streams.h"
#include "executor/log_capture.h"
#include "executor/pipe_reader.h"
#include "executor/signal_watch.h"
#include "executor/stderr_relay.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fnstore::executor {

/// A command's stderr on its way to the caller's, with the part that becomes the call's log.
class StderrStream final : public CommandStreams {
 public:
  /// Throws `io`.
  StderrStream(std::size_t log_bytes, int target);

  /// What the command gets as its stderr.
  int command_end() const noexcept { return source_.command_end(); }

  /// To be called once the command has it: from then on the stream ends with the command.
  void close_command_end() noexcept { source_.close_command_end(); }

  void add_events(std::vector<pollfd>& queries) const override;

  /// Passes on what it reads.
  void pump() override;

  /// Waits until the caller's stderr has taken everything, or this process is asked to end.
  void flush(SignalWatch& signals);

  std::string take_log() { return std::move(log_).finish(); }

 private:
  void take(std::string_view bytes);
  void take_present() override;
  bool is_open() const noexcept override { return source_.is_open(); }
  void close() noexcept override { source_.close(); }

  PipeReader source_;
  LogCapture log_;
  StderrRelay relay_;
};

}  // namespace fnstore::executor

#pragma once

#include "executor/captured_command.h"
#include "executor/command_streams.h"
#include "executor/log_capture.h"
#include "executor/payload_writer.h"
#include "executor/pipe_reader.h"
#include "executor/spawn.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::executor {

/// Feeds a command its payload and keeps what it writes, as much of it as was asked for.
/// The thread must have SIGPIPE blocked (see SignalMask).
class CapturedStreams final : public CommandStreams {
 public:
  /// Throws `io`.
  explicit CapturedStreams(const CapturedCommand& command);

  /// Makes them the three descriptors of a command to be spawned.
  void connect(SpawnPlan& plan) const noexcept;

  /// To be called once the command has them: from then on the streams end with the command.
  void close_command_ends() noexcept;

  void add_events(std::vector<pollfd>& queries) const override;
  void pump() override;

  /// Moves what was kept to where it belongs.
  void hand_over(CapturedResult& result);

 private:
  void keep(std::string_view bytes);
  void take_present() override;
  bool is_open() const noexcept override;
  void close() noexcept override;

  PayloadWriter input_;
  std::optional<PipeReader> output_;
  FileDescriptor no_output_;  ///< the command's stdout when there is no output to read
  PipeReader errors_;

  std::size_t output_limit_;
  std::string kept_;
  bool is_cut_ = false;
  LogCapture log_;
};

}  // namespace fnstore::executor

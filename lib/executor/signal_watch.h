#pragma once

#include "executor/end_requests.h"
#include "executor/file_descriptor.h"

#include <cstddef>
#include <optional>

namespace fnstore::executor {

/// While one lives, the process does not die of SIGINT, SIGTERM, SIGHUP or SIGQUIT: every watch
/// gets to know of it instead. A signal that was ignored before stays ignored; a handler that the
/// program had installed still runs. SIGCHLD wakes the watches too. Several watches may live at
/// once, on any threads; the first installs the handlers, the last puts the old ones back.
///
/// Handlers and a pipe, not signalfd: that needs the signals blocked in every thread of the
/// program, and the threads are not ours alone.
class SignalWatch final : public EndRequests {
 public:
  /// Throws `io`, or `unsupported` when too many watches live.
  SignalWatch();
  ~SignalWatch() override;
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  int descriptor() const noexcept override { return pipe_.read.get(); }

  /// The oldest signal not taken yet that asks this process to end, to be passed on.
  std::optional<EndRequest> take() noexcept override;

  /// Makes take() return a request of a client's. From any thread.
  void ask_to_end() noexcept;

 private:
  Pipe pipe_;
  std::size_t slot_;
};

}  // namespace fnstore::executor

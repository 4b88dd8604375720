#pragma once

#include <csignal>

namespace fnstore::query {

/// While it lives, the first SIGINT, SIGTERM or SIGHUP is a wish to stop, to be looked for by long
/// work that must tidy up; the second ends the process at once, as ever. A signal that was ignored
/// stays so. One at a time in a process.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  bool came() const;

  /// Ends the process by the signal that came, once all is tidy, so that whoever started it sees
  /// why.
  [[noreturn]] void end_process() const;

 private:
  struct sigaction before_[3]{};
};

}  // namespace fnstore::query

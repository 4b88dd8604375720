#pragma once

#include "fnstore/stats.h"

#include <optional>

namespace fnstore::executor {

/// How a command ended, as far as the kernel and the supervisor know.
struct Ending {
  enum class Cause { by_itself, timeout, signal_to_us, client_request };
  Cause cause = Cause::by_itself;
  int signal_to_us = 0;            ///< the first, with that cause
  bool killed = false;             ///< SIGKILL was needed after the grace
  std::optional<int> wait_status;  ///< as waitpid gives it; none when somebody else waited for it
  Timestamp at{};
  Stats stats;
};

}  // namespace fnstore::executor

#pragma once

#include "executor/ending.h"

#include <csignal>
#include <optional>

namespace fnstore::executor {

struct EndRequest {
  Ending::Cause cause = Ending::Cause::client_request;
  int signal = SIGTERM;  ///< what the command's group gets first
};

/// Where others say that a command has to end before it does so by itself.
class EndRequests {
 public:
  EndRequests() = default;
  EndRequests(const EndRequests&) = delete;
  EndRequests& operator=(const EndRequests&) = delete;
  virtual ~EndRequests() = default;

  /// Readable when there may be something to take.
  virtual int descriptor() const noexcept = 0;

  /// The oldest request not taken yet. Never blocks.
  virtual std::optional<EndRequest> take() noexcept = 0;
};

}  // namespace fnstore::executor

#pragma once

#include "executor/end_requests.h"
#include "executor/file_descriptor.h"

#include <optional>
#include <stop_token>

namespace fnstore::executor {

/// Makes a stop token something to poll for: one request when it is asked to stop, or was before.
class StopWatch final : public EndRequests {
 public:
  /// Throws `io`.
  explicit StopWatch(const std::stop_token& stop);

  int descriptor() const noexcept override { return event_.get(); }
  std::optional<EndRequest> take() noexcept override;

 private:
  /// Runs on the thread that asks for the stop.
  struct Ring {
    int descriptor;
    void operator()() const noexcept;
  };

  FileDescriptor event_;
  std::stop_callback<Ring> callback_;
};

}  // namespace fnstore::executor

#pragma once

#include "fnstore/safekeeping.h"

#include "progress.h"
#include "stop_signals.h"

#include <optional>
#include <string>

namespace fnstore::query {

/// Shows how far work on a store's bytes is, and lets it stop when a signal says so.
class ByteProgress {
 public:
  ByteProgress(std::string verb, const Terminal& terminal, const StopSignals& signals);

  /// For the library. It must not outlive this object.
  WorkProgress function();
  void finish();

 private:
  std::string verb_;
  const Terminal& terminal_;
  const StopSignals& signals_;
  std::optional<Progress> line_;  ///< from when the total is known
  std::uint64_t done_ = 0;
};

}  // namespace fnstore::query

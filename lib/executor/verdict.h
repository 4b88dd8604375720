#pragma once

#include "fnstore/status.h"

#include "executor/end_requests.h"
#include "executor/ending.h"
#include "executor/spawn.h"

#include <chrono>
#include <string>

namespace fnstore::executor {

/// What is recorded of a command's end, and what the caller exits with.
struct Verdict {
  Status status = Status::success;
  std::string error;  ///< begins with one of the contract's reasons; empty with success
  int exit_status = 0;
  int ended_by = 0;  ///< as in CommandResult
};

/// A command that ends with status 0 after a signal to us was passed on to it has succeeded; at a
/// timeout or a client's request it has not.
Verdict verdict_on(const Ending& ending, std::chrono::seconds timeout);

/// For a command that never ran.
Verdict verdict_on(const SpawnFailure& failure, const SpawnPlan& plan);

/// For a command that was not started because of a request before that.
Verdict verdict_before_start(const EndRequest& request);

}  // namespace fnstore::executor

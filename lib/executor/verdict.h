#pragma once

#include "fnstore/status.h"

#include "executor/spawn.h"
#include "executor/supervisor.h"

#include <chrono>
#include <string>

namespace fnstore::executor {

/// What is recorded of a command's end, and what the caller exits with.
struct Verdict {
  Status status = Status::success;
  std::string error;  ///< begins with one of the contract's reasons; empty with success
  int exit_status = 0;
};

/// A command that ends with status 0 after a signal to us was passed on to it has succeeded; at a
/// timeout it has not.
Verdict verdict_on(const Ending& ending, std::chrono::seconds timeout);

/// For a command that never ran.
Verdict verdict_on(const SpawnFailure& failure, const SpawnPlan& plan);

/// For a command that was not started because this process had been asked to end.
Verdict verdict_before_start(int signal);

}  // namespace fnstore::executor

#pragma once

#include <chrono>
#include <functional>

/// Where a checkpoint can be halted.
enum class CheckpointStep {
  before_lock,  ///< it has not yet taken the lock that keeps a second checkpoint away
  header_read,  ///< it knows how long the log is, and has not yet looked how much of it was moved
};

/// Makes a VFS over the system's the default one of this process, through which every connection
/// opened from now on goes.
void install_gated_vfs();

/// From now on checkpoints that this thread makes call `stop` at each of their steps.
void halt_checkpoints(std::function<void(CheckpointStep)> stop);

/// From now on every checkpoint of this process rests for so long at each of its steps, so that
/// what can come between two of them does.
void slow_checkpoints(std::chrono::microseconds rest);

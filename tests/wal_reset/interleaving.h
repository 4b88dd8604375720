#pragma once

#include "contestant.h"

#include <string>

/// What became of a file where a commit was forced into the middle of a checkpoint.
struct Outcome {
  bool halted_before_lock = false;   ///< the checkpoint was met on its way
  bool halted_after_header = false;  ///< and once more where it is in danger
  bool committed_meanwhile = false;  ///< the other process got a commit through while it was halted
  std::string damage;                ///< empty: every acknowledged row is there, and all is sound
};

/// Lets this process checkpoint a file, halts it on its way, and has another process do what is
/// fatal to SQLite before 3.51.3: commit and move the whole log before the checkpoint has its lock,
/// then commit once more, which begins the log anew, when it has read how long the log was.
Outcome force_interleaving(Kind kind, const std::string& path);

#pragma once

#include "scratch_folder.h"
#include "settings.h"

#include <string>

namespace fnstore::bench {

/// A place for one run's history in a folder of its own, which goes away unless it is kept.
class FreshHistory {
 public:
  explicit FreshHistory(const Settings& settings);

  const std::string& path() const { return path_; }

  /// Moves what lies there to --db, if that was given. The history must be closed, and all of its
  /// files have names that begin with path(). Throws `io` when it cannot be moved, for one when
  /// --dir is on another disk than --db.
  void keep();

 private:
  const Settings& settings_;
  ScratchFolder scratch_;
  std::string path_;
};

}  // namespace fnstore::bench

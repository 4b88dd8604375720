#pragma once

#include "output.h"

#include <optional>
#include <string>

namespace fnstore::query {

/// A file that appears whole or not at all: it is written under another name beside the target,
/// mode 0600, and takes its place in commit(). Without commit(), or when SIGINT, SIGTERM or SIGHUP
/// ends the process, nothing is left. A target that is not a regular file (a device, a pipe) is
/// written straight to. One at a time in a process.
class ReplacementFile {
 public:
  /// Throws Error `io` when the folder cannot be written.
  explicit ReplacementFile(const std::string& path);
  ~ReplacementFile();
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;

  Output& output() { return *output_; }

  /// Writes everything to the disk, then takes the target's place.
  void commit();

 private:
  void open_beside(const std::string& path);

  std::string target_;
  std::string temporary_;  ///< empty: the target itself is open
  int descriptor_ = -1;
  std::optional<Output> output_;
};

}  // namespace fnstore::query

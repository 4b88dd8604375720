#pragma once

#include "executor/file_descriptor.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace fnstore::executor {

/// Passes bytes on to a descriptor of the caller without ever waiting for whoever reads it: a
/// reader that has stopped must not keep us from enforcing a timeout. The descriptor's own flags
/// stay as they are, since other processes share them. When the reader is gone, what is left is
/// dropped without a signal.
///
/// The thread must have SIGPIPE blocked (see SignalMask).
class StderrRelay {
 public:
  /// `target` stays the caller's and must stay open.
  explicit StderrRelay(int target);

  /// Takes all of it and writes what can be written now.
  void pass_on(std::string_view bytes);

  /// Writes more of what waits, as far as it goes.
  void write_waiting();

  bool is_waiting() const noexcept { return !waiting_.empty(); }

  /// Whether so much waits that no more should be read for now.
  bool is_full() const noexcept { return waiting_.size() >= most_waiting; }

  /// For poll, with POLLOUT, while something waits.
  int descriptor() const noexcept { return own_ ? own_.get() : target_; }

 private:
  static constexpr std::size_t most_waiting = std::size_t{64} << 10;

  enum class Kind { nonblocking, socket, file, other };

  /// As write(2), but EAGAIN instead of waiting.
  long write_now(std::string_view bytes) const noexcept;

  int target_;
  Kind kind_ = Kind::other;
  FileDescriptor own_;  ///< the same pipe or terminal, opened again for writing without waiting
  std::string waiting_;
};

}  // namespace fnstore::executor

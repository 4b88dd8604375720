#pragma once

#include "executor/file_descriptor.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace fnstore::executor {

/// A pipe that a command writes into, and our end of it. Never waits.
class PipeReader {
 public:
  /// Throws `io`.
  PipeReader();

  /// What the command gets.
  int command_end() const noexcept { return pipe_.write.get(); }

  /// To be called once the command has it: from then on the stream ends with the command.
  void close_command_end() noexcept { pipe_.write.close(); }

  bool is_open() const noexcept { return static_cast<bool>(pipe_.read); }

  /// To wait for until it is readable; -1 after the end.
  int descriptor() const noexcept { return pipe_.read.get(); }

  /// What is there, at most one buffer full, valid until the next read; empty when there is
  /// nothing, or at the end, which closes it.
  std::string_view read();

  /// Reads what stands in the pipe now, and no more than one buffer of what comes meanwhile.
  template <class Sink>
  void read_present(const Sink& sink) {
    for (std::size_t left = present(); left > 0;) {
      const std::string_view bytes = read();
      if (bytes.empty()) return;
      sink(bytes);
      left -= std::min(left, bytes.size());
    }
  }

  void close() noexcept { pipe_.read.close(); }

 private:
  std::size_t present() const noexcept;

  Pipe pipe_;
  std::vector<char> buffer_;
};

}  // namespace fnstore::executor

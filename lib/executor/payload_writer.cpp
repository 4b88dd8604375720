#include "executor/payload_writer.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace fnstore::executor {
namespace {

/// A reader on another processor may empty the pipe as fast as one write fills it.
constexpr std::size_t most_at_once = std::size_t{1} << 20;

}  // namespace

PayloadWriter::PayloadWriter(std::string_view payload) : left_(payload), pipe_(open_pipe()) {
  set_nonblocking(pipe_.write);
  if (left_.empty()) close();
}

void PayloadWriter::write_some() noexcept {
  if (!pipe_.write) return;
  const ssize_t count =
      ::write(pipe_.write.get(), left_.data(), std::min(left_.size(), most_at_once));
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) close();
    return;
  }
  left_.remove_prefix(static_cast<std::size_t>(count));
  if (left_.empty()) close();
}

}  // namespace fnstore::executor

#include "executor/stderr_stream.h"

#include <cerrno>
#include <poll.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fnstore::executor {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} << 10;

/// Sleeps until one can be read, the other written, or the milliseconds are over (-1: never).
void wait_for(int readable, int writable, int milliseconds) {
  pollfd queries[] = {{.fd = readable, .events = POLLIN, .revents = 0},
                      {.fd = writable, .events = POLLOUT, .revents = 0}};
  ::poll(queries, 2, milliseconds);
}

}  // namespace

StderrStream::StderrStream(std::size_t log_bytes, int target)
    : pipe_(open_pipe()), log_(log_bytes), relay_(target), buffer_(buffer_bytes) {
  set_nonblocking(pipe_.read);
}

void StderrStream::pump() {
  if (relay_.is_waiting()) relay_.write_waiting();
  if (pipe_.read && !relay_.is_full()) read_some();
}

StderrStream::Read StderrStream::read_some() {
  const ssize_t count = ::read(pipe_.read.get(), buffer_.data(), buffer_.size());
  if (count > 0) {
    const std::string_view bytes{buffer_.data(), static_cast<std::size_t>(count)};
    log_.append(bytes);
    relay_.pass_on(bytes);
    return Read::bytes;
  }
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return Read::nothing;
  pipe_.read.close();
  return Read::end;
}

/// What stands in the pipe now is what the command wrote, or older: it counts whatever time it
/// takes, and however much others go on writing.
void StderrStream::take_present() {
  int present = 0;
  if (::ioctl(pipe_.read.get(), FIONREAD, &present) != 0) return;
  const std::size_t before = log_.seen();
  while (log_.seen() - before < static_cast<std::size_t>(present)) {
    if (read_some() != Read::bytes) return;
  }
}

void StderrStream::drain(std::chrono::milliseconds patience) {
  using std::chrono::steady_clock;
  if (pipe_.read) take_present();
  const steady_clock::time_point end = steady_clock::now() + patience;
  while (pipe_.read) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) break;
    wait_for(descriptor(), relay_descriptor(), static_cast<int>(left));
    pump();
  }
  pipe_.read.close();
}

void StderrStream::flush(SignalWatch& signals) {
  while (relay_.is_waiting() && !signals.take()) {
    wait_for(signals.descriptor(), relay_descriptor(), -1);
    relay_.write_waiting();
  }
}

}  // namespace fnstore::executor

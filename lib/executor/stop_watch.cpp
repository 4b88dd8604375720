#include "executor/stop_watch.h"

#include <cstdint>
#include <unistd.h>

namespace fnstore::executor {

StopWatch::StopWatch(const std::stop_token& stop)
    : event_(open_event()), callback_(stop, Ring{event_.get()}) {}

std::optional<EndRequest> StopWatch::take() noexcept {
  std::uint64_t count = 0;
  if (::read(event_.get(), &count, sizeof count) != sizeof count) return std::nullopt;
  return EndRequest{.cause = Ending::Cause::client_request, .signal = SIGTERM};
}

void StopWatch::Ring::operator()() const noexcept {
  const std::uint64_t one = 1;
  // It cannot fail: the token asks once, and the counter has room.
  [[maybe_unused]] const ssize_t written = ::write(descriptor, &one, sizeof one);
}

}  // namespace fnstore::executor

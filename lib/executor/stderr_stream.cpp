#include "executor/stderr_stream.h"

namespace fnstore::executor {

StderrStream::StderrStream(std::size_t log_bytes, int target) : log_(log_bytes), relay_(target) {}

void StderrStream::add_events(std::vector<pollfd>& queries) const {
  const int readable = relay_.is_full() ? -1 : source_.descriptor();
  const int writable = relay_.is_waiting() ? relay_.descriptor() : -1;
  queries.push_back({.fd = readable, .events = POLLIN, .revents = 0});
  queries.push_back({.fd = writable, .events = POLLOUT, .revents = 0});
}

void StderrStream::pump() {
  if (relay_.is_waiting()) relay_.write_waiting();
  if (!relay_.is_full()) take(source_.read());
}

void StderrStream::take(std::string_view bytes) {
  log_.append(bytes);
  relay_.pass_on(bytes);
}

void StderrStream::take_present() {
  source_.read_present([this](std::string_view bytes) { take(bytes); });
}

void StderrStream::flush(SignalWatch& signals) {
  while (relay_.is_waiting() && !signals.take()) {
    pollfd queries[] = {{.fd = signals.descriptor(), .events = POLLIN, .revents = 0},
                        {.fd = relay_.descriptor(), .events = POLLOUT, .revents = 0}};
    ::poll(queries, 2, -1);
    relay_.write_waiting();
  }
}

}  // namespace fnstore::executor

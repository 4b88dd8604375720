#include "progress.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace fnstore::bench {

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)), total_(total), on_terminal_(isatty(STDERR_FILENO) == 1) {
  add(0);
}

Progress::~Progress() {
  if (on_terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::add(std::uint64_t done) {
  done_ += done;
  if (!on_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds{100};
  const double percent =
      total_ == 0 ? 0.0 : 100.0 * static_cast<double>(done_) / static_cast<double>(total_);
  fmt::print(stderr, "\r\033[K{}: {} of {} ({:.0f} %)", what_, done_, total_, percent);
}

}  // namespace fnstore::bench

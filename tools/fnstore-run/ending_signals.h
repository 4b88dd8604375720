#pragma once

namespace fnstore::run {

/// Blocks SIGTERM, SIGINT and SIGHUP, and one that wake_main() sends, in this thread and in those
/// it starts from here on, so that wait_for_signal() gets them. To be called before any thread.
void block_ending_signals() noexcept;

/// Waits for one of them; `most_ms` < 0: for ever. 0 when none came in time.
int wait_for_signal(int most_ms) noexcept;

/// Makes a wait_for_signal() of the process return woken.
void wake_main() noexcept;
extern const int woken;

}  // namespace fnstore::run

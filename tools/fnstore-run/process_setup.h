#pragma once

namespace fnstore::run {

/// Puts /dev/null where the caller has closed stdin, stdout or stderr: the store's file must not
/// get one of these numbers. False when that fails.
bool fill_standard_descriptors() noexcept;

/// A write to a stderr that nobody reads, or past a limit on file sizes, fails instead of ending
/// the process. Blocked rather than ignored: the commands we run would inherit that. To be called
/// before any thread is made.
void block_write_signals() noexcept;

/// After a command that Ctrl-C has ended, if only by the SIGKILL that follows: die of SIGINT as
/// well, so that a shell running us in a loop or script stops too. Does so only in the foreground
/// of a terminal; else it returns, and the exit status tells.
void die_of_interrupt_at_terminal() noexcept;

}  // namespace fnstore::run

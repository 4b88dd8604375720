#pragma once

#include <stdexcept>
#include <string>

namespace fnstore::query {

/// What the process returns. Scripts branch on these: never change a number.
namespace exit_status {
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int not_found = 3;
inline constexpr int interrupted = 130;  ///< by Ctrl-C, where that is not left to the system
inline constexpr int broken_pipe = 141;  ///< what a shell reports for SIGPIPE
}  // namespace exit_status

/// The command line makes no sense. `what()` says why and what would.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whoever read our output has gone: nothing is wrong, there is just nobody left to write to.
struct BrokenPipe {};

}  // namespace fnstore::query

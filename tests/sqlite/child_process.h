#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// What became of one of many trials: empty when all was well.
struct Verdict {
  std::size_t trial = 0;
  std::string problem;
};

/// Runs trials 0 to `count - 1` in children of this process, so that a crash, a hang of more than
/// `seconds` or a process that grows by more than `most_mebibytes` is the verdict on one trial and
/// the next goes on. `trial` returns what was wrong, or nothing. The caller must run no other
/// thread.
std::vector<Verdict> run_trials(std::size_t count, unsigned seconds, std::size_t most_mebibytes,
                                const std::function<std::string(std::size_t)>& trial);

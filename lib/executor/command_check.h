#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fnstore::executor {

/// What every way to run a command lets its caller choose.
struct CommandTerms {
  const std::vector<std::string>& argv;
  const std::vector<std::string>& environment;
  std::chrono::seconds timeout;
  std::uint64_t memory;  ///< MiB
  std::size_t log_bytes;
  std::chrono::milliseconds grace;
  std::chrono::milliseconds sample_interval;
};

/// Throws `invalid` for terms that make no sense.
void check_terms(const CommandTerms& terms);

/// `memory` of terms that were checked, in bytes.
constexpr std::uint64_t memory_bytes(std::uint64_t mebibytes) noexcept {
  return mebibytes << 20U;
}

}  // namespace fnstore::executor

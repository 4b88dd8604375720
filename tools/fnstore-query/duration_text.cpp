#include "duration_text.h"

#include <fmt/format.h>
#include <string_view>

namespace fnstore::query {

std::string duration_text(std::int64_t milliseconds) {
  const std::string_view sign = milliseconds < 0 ? "-" : "";
  const auto bits = static_cast<std::uint64_t>(milliseconds);
  const std::uint64_t ms = milliseconds < 0 ? 0 - bits : bits;
  const std::uint64_t s = ms / 1'000;
  if (ms < 1'000) return fmt::format("{}{}ms", sign, ms);
  if (s < 60) return fmt::format("{}{}.{:02}s", sign, s, ms % 1'000 / 10);
  if (s < 3'600) return fmt::format("{}{}m{:02}s", sign, s / 60, s % 60);
  if (s < 86'400) return fmt::format("{}{}h{:02}m", sign, s / 3'600, s / 60 % 60);
  return fmt::format("{}{}d{:02}h", sign, s / 86'400, s / 3'600 % 24);
}

}  // namespace fnstore::query

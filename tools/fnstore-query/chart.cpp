#include "chart.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace fnstore::query {
namespace {

constexpr std::array<std::string_view, 9> utf8_levels{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 9> ascii_levels{" ", "_", ".", ",", "-", "=", "+", "*", "#"};

/// Eighths of a column, for the end of a bar.
constexpr std::array<std::string_view, 8> utf8_parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

/// `value` as so many of `steps` steps up to `greatest`, rounded up, so that only 0 is nothing.
std::size_t steps_of(std::uint64_t value, std::uint64_t greatest, std::size_t steps) {
  if (value == 0 || greatest == 0) return 0;
  const double share = static_cast<double>(value) / static_cast<double>(greatest);
  const auto rounded = static_cast<std::size_t>(share * static_cast<double>(steps) + 0.999);
  return std::clamp<std::size_t>(rounded, 1, steps);
}

}  // namespace

std::string sparkline(std::span<const std::uint64_t> values, const Terminal& terminal) {
  const auto& levels = terminal.utf8 ? utf8_levels : ascii_levels;
  std::uint64_t greatest = 0;
  for (const std::uint64_t value : values) greatest = std::max(greatest, value);
  std::string line;
  for (const std::uint64_t value : values) {
    line += levels[steps_of(value, greatest, levels.size() - 1)];
  }
  return line;
}

std::string bar(std::uint64_t value, std::uint64_t greatest, std::size_t width,
                const Terminal& terminal) {
  if (!terminal.utf8) return std::string(steps_of(value, greatest, width), '#');
  const std::size_t eighths = steps_of(value, greatest, width * utf8_parts.size());
  std::string line;
  for (std::size_t i = 0; i < eighths / utf8_parts.size(); ++i) line += utf8_levels.back();
  line += utf8_parts[eighths % utf8_parts.size()];
  return line;
}

}  // namespace fnstore::query

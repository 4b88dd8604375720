#include "nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <vector>

namespace fnstore::reference {
namespace {

/// Longer words are not worth the comparison.
constexpr std::size_t longest_word = 64;

/// Steps (insert, delete, replace, swap two neighbours) from one word to the other.
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> steps((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return steps[i * width + j];
  };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return at(a.size(), b.size());
}

}  // namespace

std::string nearest_word(std::string_view typed, std::span<const std::string> words) {
  std::string nearest;
  if (typed.size() > longest_word) return nearest;
  std::size_t best = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string& word : words) {
    const std::size_t steps = distance(typed, word);
    if (steps < best) {
      best = steps;
      nearest = word;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string> words) {
  const std::string nearest = nearest_word(typed, words);
  return nearest.empty() ? std::string{} : fmt::format("; did you mean {}?", nearest);
}

}  // namespace fnstore::reference

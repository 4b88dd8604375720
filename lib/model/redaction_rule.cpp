#include "fnstore/redaction.h"

#include <algorithm>
#include <cstdlib>

namespace fnstore {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// Remembers only the last star: what an earlier one stood for need not change.
bool matches(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = i;
    } else if (at < pattern.size() && lower(pattern[at]) == lower(name[i])) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace

bool RedactionRule::covers(std::string_view name) const {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& pattern) { return matches(pattern, name); });
}

RedactionRule RedactionRule::parse(std::string_view names) {
  RedactionRule rule{{}};
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    if (comma > 0) rule.names.emplace_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return rule;
}

RedactionRule RedactionRule::from_environment() {
  const char* const names = std::getenv("FNSTORE_REDACT");
  return names == nullptr ? RedactionRule{} : parse(names);
}

}  // namespace fnstore

#include "value_check.h"

#include "definition.h"
#include "failure.h"
#include "harmless.h"
#include "nearest_word.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

/// "a, b or c".
std::string in_words(const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += i + 1 == values.size() ? " or " : ", ";
    text += values[i].empty() ? "\"\"" : values[i];
  }
  return text;
}

}  // namespace

void check_choices(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::vector<std::string> values = reference::choices(option->get_type_name());
    if (values.empty()) continue;
    for (const std::string& given : option->results()) {
      if (std::ranges::find(values, given) != values.end()) continue;
      throw UsageError(fmt::format("{}: {} is unknown{}; give {}", option->get_name(),
                                   in_quotes(given), reference::did_you_mean(given, values),
                                   in_words(values)));
    }
  }
}

}  // namespace fnstore::query

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fnstore {

/// What stands in place of a value that is not recorded.
inline constexpr std::string_view redacted_text = "[redacted]";

/// Names whose values are secrets. They are replaced before a call is stored, logged or printed,
/// wherever a call has names with values: in `headers`, `config`, `annotations` and the environment
/// recorded for a command. A command that waits in the queue needs its environment, so there a
/// value under such a name is refused as `invalid`: name the variable alone, and whoever runs the
/// command passes its own value on. Payloads, logs, urls and the arguments of commands are recorded
/// as they are: nothing in them has a name.
struct RedactionRule {
  /// `*` stands for any letters; upper and lower case are one. Empty: everything is recorded.
  std::vector<std::string> names = {
      "*authorization*", "*cookie*", "*token*",      "*secret*",
      "*password*",      "*passwd*", "*credential*", "*key*",
  };

  bool covers(std::string_view name) const;

  /// Names with commas between them; an empty text has none.
  static RedactionRule parse(std::string_view names);

  /// For command-line tools: the names that FNSTORE_REDACT holds, or where it is not set the usual
  /// ones.
  static RedactionRule from_environment();
};

}  // namespace fnstore

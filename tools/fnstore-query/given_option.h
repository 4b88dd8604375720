#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace fnstore::query {

/// Declares an option that knows whether it was given: an empty value is a value. `value` must
/// outlive the parsing. CLI11's own optional takes an empty value for none.
CLI::Option* add_given_option(CLI::App& app, const std::string& name,
                              std::optional<std::string>& value, const std::string& value_name,
                              const std::string& description);

}  // namespace fnstore::query

#include "given_option.h"

#include <CLI/CLI.hpp>

namespace fnstore::query {

CLI::Option* add_given_option(CLI::App& app, const std::string& name,
                              std::optional<std::string>& value, const std::string& value_name,
                              const std::string& description) {
  const auto take = [&value](const std::string& text) { value = text; };
  return app.add_option_function<std::string>(name, take, description)->type_name(value_name);
}

}  // namespace fnstore::query

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace fnstore::reference {

/// What a value or an argument can be, as far as a shell can complete it.
enum class ValueKind { none, other, choice, file, function, call };

struct OptionDefinition {
  std::vector<std::string> names;  ///< with their dashes, the short one first
  std::string value_name;          ///< empty: it takes no value
  std::string description;
  bool repeats = false;  ///< it may be given several times

  ValueKind kind() const;
};

struct ArgumentDefinition {
  std::string name;
  std::string description;
  bool required = false;

  ValueKind kind() const;
};

struct CommandDefinition {
  std::string name;
  std::string summary;  ///< without a full stop
  std::string usage;    ///< one line, from the name of the program on
  std::string text;     ///< what `--help` says after the options: paragraphs and examples
  std::vector<ArgumentDefinition> arguments;
  std::vector<OptionDefinition> options;
  bool runs_command = false;  ///< a command of another program follows "--"
};

/// A command line as its CLI11 definitions tell it; what is hidden there is not in it. `name` and
/// `summary` of the program itself, `options` those that every command takes.
struct ProgramDefinition : CommandDefinition {
  std::vector<CommandDefinition> commands;

  bool runs_commands() const;  ///< whether any of them does
};

/// Reads the definitions. A value name such as "json|csv" declares the values there are; FILE is a
/// file, FN_ID a function of the store, CALL_ID a call of the function given before it.
ProgramDefinition read_definition(const CLI::App& app);

/// Of "json|csv": each of them. Empty when the name declares no values. `""` is the empty value.
std::vector<std::string> choices(std::string_view value_name);

}  // namespace fnstore::reference

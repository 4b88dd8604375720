#include "definition.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace fnstore::reference {
namespace {

ValueKind kind_of(std::string_view name) {
  if (name.empty()) return ValueKind::none;
  if (name.find('|') != std::string_view::npos) return ValueKind::choice;
  if (name == "FILE") return ValueKind::file;
  if (name == "CALL_ID") return ValueKind::call;
  return name == "FN_ID" ? ValueKind::function : ValueKind::other;
}

bool is_hidden(const CLI::Option& option) {
  return option.get_group().empty();
}

/// CLI11 takes "bash|zsh" for no name of an argument; its value name declares them.
std::string argument_name(const CLI::Option& option) {
  const std::string values = option.get_type_name();
  return choices(values).empty() ? option.get_name(true) : values;
}

OptionDefinition read_option(const CLI::Option& option) {
  OptionDefinition read;
  for (const std::string& name : option.get_snames()) read.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) read.names.push_back("--" + name);
  if (option.get_items_expected_max() != 0) read.value_name = option.get_type_name();
  read.description = option.get_description();
  read.repeats = option.get_items_expected_max() > 1;
  return read;
}

void read_parts(const CLI::App& app, CommandDefinition& read) {
  read.name = app.get_name();
  read.summary = app.get_description();
  read.text = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (is_hidden(*option)) continue;
    if (option->get_positional()) {
      read.arguments.push_back(
          {argument_name(*option), option->get_description(), option->get_required()});
    } else {
      read.options.push_back(read_option(*option));
    }
  }
}

std::string usage_of(const std::string& program, const CommandDefinition& command) {
  std::string usage = fmt::format("{} {}", program, command.name);
  for (const ArgumentDefinition& argument : command.arguments) {
    usage += argument.required ? " " + argument.name : fmt::format(" [{}]", argument.name);
  }
  return usage + " [OPTIONS]";
}

}  // namespace

ValueKind OptionDefinition::kind() const {
  return kind_of(value_name);
}

ValueKind ArgumentDefinition::kind() const {
  return kind_of(name);
}

bool ProgramDefinition::runs_commands() const {
  return std::ranges::any_of(commands, &CommandDefinition::runs_command);
}

std::vector<std::string> choices(std::string_view value_name) {
  std::vector<std::string> words;
  if (kind_of(value_name) != ValueKind::choice) return words;
  while (true) {
    const std::size_t bar = value_name.find('|');
    const std::string_view word = value_name.substr(0, bar);
    words.emplace_back(word == "\"\"" ? std::string_view{} : word);
    if (bar == std::string_view::npos) return words;
    value_name.remove_prefix(bar + 1);
  }
}

ProgramDefinition read_definition(const CLI::App& app) {
  ProgramDefinition program;
  read_parts(app, program);
  program.usage = fmt::format("{} [OPTIONS] COMMAND [ARGS]", program.name);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_group().empty()) continue;
    CommandDefinition command;
    read_parts(*sub, command);
    command.usage = usage_of(program.name, command);
    program.commands.push_back(std::move(command));
  }
  return program;
}

}  // namespace fnstore::reference

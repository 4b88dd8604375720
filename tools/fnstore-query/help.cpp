#include "help.h"

#include "definition.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

namespace fnstore::query {
namespace {

constexpr std::size_t line_columns = 80;
constexpr std::size_t indent = 2;
constexpr std::size_t most_label = 24;

struct Entry {
  std::string label;
  std::string text;
};

void append_wrapped(std::string& out, std::string_view text, std::size_t margin) {
  std::size_t column = margin;
  bool first = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (!first && column + 1 + word.size() > line_columns) {
      out += '\n';
      out.append(margin, ' ');
      column = margin;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first = false;
  }
  out += '\n';
}

void append_section(std::string& out, std::string_view title, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  std::size_t width = 0;
  for (const Entry& entry : entries) {
    if (entry.label.size() <= most_label) width = std::max(width, entry.label.size());
  }
  const std::size_t margin = indent + width + 2;
  out += fmt::format("\n{}:\n", title);
  for (const Entry& entry : entries) {
    out += fmt::format("{:{}}{:{}}", "", indent, entry.label, width + 2);
    if (entry.label.size() > width) {
      out += '\n';
      out.append(margin, ' ');
    }
    append_wrapped(out, entry.text, margin);
  }
}

Entry option_entry(const reference::OptionDefinition& option) {
  std::string label;
  for (const std::string& name : option.names) {
    label += fmt::format("{}{}", label.empty() ? "" : ", ", name);
  }
  if (!option.value_name.empty()) label += " " + option.value_name;
  return {label, option.description};
}

std::vector<Entry> entries(const std::vector<reference::OptionDefinition>& options) {
  std::vector<Entry> all;
  for (const reference::OptionDefinition& option : options) all.push_back(option_entry(option));
  return all;
}

std::string help_of_program(const reference::ProgramDefinition& program) {
  std::string out = fmt::format("Usage: {}\n\n", program.usage);
  append_wrapped(out, program.summary, 0);
  std::vector<Entry> list;
  for (const reference::CommandDefinition& command : program.commands) {
    list.push_back({command.name, command.summary});
  }
  append_section(out, "Commands", list);
  append_section(out, "Options, before or after the command", entries(program.options));
  return out + "\n" + program.text;
}

std::string help_of_command(const reference::CommandDefinition& command,
                            const reference::ProgramDefinition& program) {
  std::string out = fmt::format("Usage: {}\n\n", command.usage);
  append_wrapped(out, command.summary + ".", 0);
  std::vector<Entry> arguments;
  for (const reference::ArgumentDefinition& argument : command.arguments) {
    arguments.push_back({argument.name, argument.description});
  }
  append_section(out, "Arguments", arguments);
  append_section(out, "Options", entries(command.options));
  std::vector<Entry> common = entries(program.options);
  std::erase_if(common, [](const Entry& entry) { return entry.label == "-h, --help"; });
  append_section(out, "Options of every command", common);
  return out + "\n" + command.text;
}

}  // namespace

std::string help_text(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  const reference::ProgramDefinition program =
      reference::read_definition(parent == nullptr ? app : *parent);
  const auto command =
      std::ranges::find(program.commands, app.get_name(), &reference::CommandDefinition::name);
  return command == program.commands.end() ? help_of_program(program)
                                           : help_of_command(*command, program);
}

}  // namespace fnstore::query

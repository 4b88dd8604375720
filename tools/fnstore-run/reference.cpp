#include "reference.h"

#include "command_line.h"
#include "help_texts.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace fnstore::run {
namespace {

/// "Usage: LINE", then paragraphs.
void read_usage(reference::CommandDefinition& command, const HelpText& text) {
  constexpr std::string_view label = "Usage: ";
  const std::string_view usage = text.usage.substr(label.size());
  const std::size_t end = usage.find('\n');
  command.usage = usage.substr(0, end);
  command.text = fmt::format("{}\n\n{}\n", usage.substr(end + 1), text.footer);
}

}  // namespace

reference::ProgramDefinition read_reference(const CLI::App& app) {
  reference::ProgramDefinition program = reference::read_definition(app);
  read_usage(program, help_text(""));
  for (reference::CommandDefinition& command : program.commands) {
    read_usage(command, help_text(command.name));
    command.runs_command = command.usage.find(" -- ") != std::string::npos;
  }
  return program;
}

std::string completion_script(const CLI::App& app, const std::string& shell) {
  const std::vector<std::string> known = reference::choices(reference::shells);
  if (std::ranges::find(known, shell) == known.end()) {
    throw UsageError(
        fmt::format("--completion: '{}' is unknown; give bash, zsh or fish", harmless(shell)));
  }
  return reference::completion_script(read_reference(app), shell);
}

}  // namespace fnstore::run

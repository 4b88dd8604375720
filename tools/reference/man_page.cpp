#include "man_page.h"

#include "fnstore/version.h"

#include "roff_text.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace fnstore::reference {
namespace {

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return text;
}

/// A paragraph with a label at its left.
std::string tagged(const std::string& label, std::string_view text) {
  return fmt::format(".TP\n{}\n{}", label, roff_paragraph(text));
}

std::string option_label(const OptionDefinition& option) {
  std::string label;
  for (const std::string& name : option.names) {
    label += fmt::format("{}\\fB{}\\fR", label.empty() ? "" : ", ", roff_line(name));
  }
  if (!option.value_name.empty()) {
    label += fmt::format(" \\fI{}\\fR", roff_line(option.value_name));
  }
  return label;
}

std::string options_of(const CommandDefinition& command) {
  std::string out;
  for (const OptionDefinition& option : command.options) {
    out += tagged(option_label(option), option.description);
  }
  return out;
}

std::string section(const CommandDefinition& command) {
  std::string out =
      fmt::format(".SS {}\n{}", roff_line(command.name), roff_paragraph(command.summary + "."));
  out += fmt::format(".PP\n.nf\n\\fB{}\\fR\n.fi\n", roff_line(command.usage));
  for (const ArgumentDefinition& argument : command.arguments) {
    out += tagged(fmt::format("\\fI{}\\fR", roff_line(argument.name)), argument.description);
  }
  return out + options_of(command) + roff_text(command.text);
}

}  // namespace

std::string man_page(const ProgramDefinition& program, std::string_view see_also) {
  std::string summary = program.summary;
  if (summary.ends_with('.')) summary.pop_back();
  std::string out = fmt::format(".TH \"{}\" 1 \"\" \"fnstore {}\" \"User Commands\"\n.nh\n.ad l\n",
                                roff_line(upper(program.name)), version);
  out += fmt::format(".SH NAME\n{} \\- {}\n", roff_line(program.name), roff_line(summary));
  out += fmt::format(".SH SYNOPSIS\n.nf\n\\fB{}\\fR\n", roff_line(program.usage));
  for (const CommandDefinition& command : program.commands) {
    out += fmt::format("\\fB{}\\fR\n", roff_line(command.usage));
  }
  out += fmt::format(".fi\n.SH DESCRIPTION\n{}", roff_paragraph(program.summary));
  out += fmt::format(".SH OPTIONS\nBefore or after the command:\n{}", options_of(program));
  out += ".SH COMMANDS\n";
  for (const CommandDefinition& command : program.commands) out += section(command);
  out += fmt::format(".SH NOTES\n{}", roff_text(program.text));
  out += fmt::format(".SH SEE ALSO\n\\fB{}\\fR(1)\n", roff_line(see_also));
  return out;
}

}  // namespace fnstore::reference

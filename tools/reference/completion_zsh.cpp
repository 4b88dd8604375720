#include "completion_parts.h"

#include <fmt/format.h>

namespace fnstore::reference {
namespace {

constexpr std::string_view zsh_head = R"zsh(#compdef @program@
# zsh completion of @program@, made from its own definitions.

@function@_ids() {
  local -a at ids
  [[ -n $db ]] && at=(--db "$db")
  ids=(${(f)"$(command fnstore-query $at completion "$@" 2>/dev/null)"})
  ids=(${ids:#-*})
  compadd -a ids
}
@function@_fn_ids() {
  @function@_ids "--fn-ids=${(Q)PREFIX}"
}
@function@_call_ids() {
  @function@_ids "--of=${(Q)line[1]}" "--call-ids=${(Q)PREFIX}"
}

@function@() {
  local curcontext=$curcontext context state state_descr db= i
  local -a line options commands
  local -A opt_args
  for ((i = 1; i < CURRENT; ++i)); do
    case $words[i] in
      --) break ;;
      --db) db=${(Q)words[i + 1]} ;;
      --db=*) db=${(Q)words[i]#--db=} ;;
    esac
  done
  db=${db/#\~\//$HOME/}
)zsh";

constexpr std::string_view choose =
    R"zsh(  _arguments -C -S : $options '1: :->command' '*:: :->arguments' && return
  case $state in
    command)
      _describe command commands
      ;;
    arguments)
      curcontext=${curcontext%:*}-$words[1]:
      case $words[1] in
)zsh";

/// The file is a function that zsh loads under the file's name, or it is sourced.
constexpr std::string_view zsh_tail = R"zsh(      esac
      ;;
  esac
}

if [[ $funcstack[1] == _@program@ ]]; then
  @function@ "$@"
else
  compdef @function@ @program@
fi
)zsh";

std::string escaped(std::string_view text) {
  return with_backslashes(text, "[]:\\");
}

std::string action(ValueKind kind, const std::string& name, const ProgramDefinition& program) {
  switch (kind) {
    case ValueKind::none:
      return "";
    case ValueKind::other:
      return fmt::format(":{}: ", escaped(name));
    case ValueKind::choice:
      return fmt::format(":value:({})", choices_in_a_row(name));
    case ValueKind::file:
      return fmt::format(":{}:_files", name);
    case ValueKind::function:
      return fmt::format(":{}:{}_fn_ids", name, function_name(program));
    case ValueKind::call:
      return fmt::format(":{}:{}_call_ids", name, function_name(program));
  }
  return "";
}

/// The words of `_arguments` for each name of an option, on lines of their own.
std::string option_words(const OptionDefinition& option, const ProgramDefinition& program,
                         std::string_view margin) {
  std::string out;
  const std::string values = action(option.kind(), option.value_name, program);
  const std::string before = option.repeats ? "*" : fmt::format("({})", joined(option.names, " "));
  for (const std::string& name : option.names) {
    const std::string_view sign = values.empty() ? "" : name.starts_with("--") ? "=" : "+";
    out += fmt::format("{}{}", margin,
                       single_quoted(fmt::format("{}{}{}[{}]{}", before, name, sign,
                                                 escaped(option.description), values)));
  }
  return out;
}

std::string case_of(const CommandDefinition& command, const ProgramDefinition& program) {
  constexpr std::string_view margin = " \\\n            ";
  std::string out = fmt::format("        {})\n          _arguments -S : $options", command.name);
  for (const OptionDefinition& option : command.options) {
    out += option_words(option, program, margin);
  }
  std::size_t position = 0;
  for (const ArgumentDefinition& argument : command.arguments) {
    const std::string values = action(argument.kind(), argument.name, program);
    out += fmt::format("{}{}", margin, single_quoted(fmt::format("{}{}", ++position, values)));
  }
  if (command.runs_command) out += fmt::format("{}'*::command:_normal'", margin);
  return out + "\n          ;;\n";
}

}  // namespace

std::string zsh_completion(const ProgramDefinition& program) {
  std::string out = fill_in(zsh_head, program) + "  options=(";
  for (const OptionDefinition& option : program.options) {
    out += option_words(option, program, "\n    ");
  }
  out += "\n  )\n  commands=(\n";
  for (const CommandDefinition& command : program.commands) {
    out += fmt::format("    {}\n",
                       single_quoted(fmt::format("{}:{}", command.name, escaped(command.summary))));
  }
  out += "  )\n" + std::string{choose};
  for (const CommandDefinition& command : program.commands) out += case_of(command, program);
  return out + fill_in(zsh_tail, program);
}

}  // namespace fnstore::reference

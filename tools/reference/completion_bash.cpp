#include "completion_parts.h"

#include <fmt/format.h>

namespace fnstore::reference {
namespace {

/// Sets `words` to the words before the cursor as the shell will see them, and `current` to the
/// one at the cursor: bash takes "=" and ":" for words of their own.
constexpr std::string_view words_function = R"bash(@function@_words() {
  local line=${COMP_LINE:0:COMP_POINT} rest word i
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    rest=${line#"${line%%[![:space:]]*}"}
    word=${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && word=$rest
    if ((i == 0)) || [[ $rest != "$line" ]]; then
      words+=("$word")
    else
      words[${#words[@]} - 1]+=$word
    fi
    line=${rest#"$word"}
  done
  current=${words[${#words[@]} - 1]}
  unset "words[${#words[@]} - 1]"
}
)bash";

/// Ids as they are inside quotes that are open, else with what the shell needs before characters
/// that are special to it.
constexpr std::string_view functions_function = R"bash(@function@_unquote() {
  quote= typed=${1#[\'\"]}
  if [[ $typed != "$1" ]]; then
    quote=${1:0:1} typed=${typed%"${1:0:1}"}
  else
    typed=${typed//\\/}
  fi
}
@function@_ids() {
  local typed quote id
  local -a at=() asked=(--fn-ids=)
  if [[ $kind == call ]]; then
    @function@_unquote "$first"
    asked=("--of=$typed" --call-ids=)
  fi
  @function@_unquote "$1"
  asked[-1]+=$typed
  [[ -n $db ]] && at=(--db "${db/#\~\//$HOME/}")
  while IFS= read -r id; do
    [[ $id == -* && -z $ended ]] && continue
    if [[ -z $quote ]]; then
      printf -v id %q "$id"
    elif [[ $id == *[\'\"\\\$\`\!]* ]]; then
      continue
    fi
    COMPREPLY+=("$id")
  done < <(command fnstore-query "${at[@]}" completion "${asked[@]}" 2>/dev/null)
}
)bash";

constexpr std::string_view reply_function = R"bash(@function@_reply() {
  local file typed quote
  case $kind in
    choice) COMPREPLY=($(compgen -W "$choices" -- "$1")) ;;
    function | call) @function@_ids "$1" ;;
    file)
      @function@_unquote "$1"
      [[ -z $quote ]] && typed=${typed/#\~\//$HOME/}
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$typed")
      compopt -o filenames 2>/dev/null
      ;;
  esac
}
)bash";

/// Bash replaces only what follows the last "=" or ":" that parts words.
constexpr std::string_view main_function = R"bash(@function@() {
  local -a words arguments
  local current kind choices options command= position=0 first= db= ended= skipped= word i
  COMPREPLY=()
  @function@_words
  @function@_command ''
  for ((i = 1; i < ${#words[@]}; i++)); do
    word=${words[i]}
    if [[ -n $skipped ]]; then
      [[ $skipped == --db ]] && db=$word
      skipped=
    elif [[ -z $ended && $word == -- ]]; then
      ended=$i
    elif [[ -z $ended && $word == --db=* ]]; then
      db=${word#--db=}
    elif [[ -z $ended && $word == -* ]]; then
      @function@_value "$command" "$word"
      [[ -n $kind ]] && skipped=$word
    elif [[ -z $command ]]; then
      command=$word
      @function@_command "$command"
    else
      ((position++ == 0)) && first=$word
    fi
  done
@after_dashes@  if [[ -n $skipped ]]; then
    @function@_value "$command" "$skipped"
    @function@_reply "$current"
  elif [[ -z $ended && $current == --*=* ]]; then
    @function@_value "$command" "${current%%=*}"
    @function@_reply "${current#*=}"
    [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${current%%=*}=}")
  elif [[ -z $ended && $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -z $command ]]; then
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  else
    kind=${arguments[position]%%=*} choices=${arguments[position]#*=}
    @function@_reply "$current"
  fi
  if [[ $current == *:* && $COMP_WORDBREAKS == *:* && $current != *[\'\"]* ]]; then
    word=${current%"${current##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$word"}")
  fi
}
)bash";

/// What follows "--" is completed as the command line it is.
constexpr std::string_view runs_a_command = R"bash(  if [[ -n $ended ]]; then
    ((i == ended + 1)) && COMPREPLY=($(compgen -c -- "$current"))
    kind=file
    ((${#COMPREPLY[@]} == 0)) && @function@_reply "$current"
    return
  fi
)bash";

std::string_view kind_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::none:
      break;
    case ValueKind::other:
      return "other";
    case ValueKind::choice:
      return "choice";
    case ValueKind::file:
      return "file";
    case ValueKind::function:
      return "function";
    case ValueKind::call:
      return "call";
  }
  return "";
}

std::string names_of(const CommandDefinition& command) {
  std::vector<std::string> names;
  for (const OptionDefinition& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return joined(names, " ");
}

/// Sets `options` and `arguments` for a command.
std::string command_function(const ProgramDefinition& program) {
  std::string out = fmt::format("{}_command() {{\n  options='{}' arguments=()\n  case $1 in\n",
                                function_name(program), names_of(program));
  for (const CommandDefinition& command : program.commands) {
    out += fmt::format("    {})\n      options+=' {}'\n", command.name, names_of(command));
    std::vector<std::string> arguments;
    for (const ArgumentDefinition& argument : command.arguments) {
      arguments.push_back(single_quoted(
          fmt::format("{}={}", kind_name(argument.kind()), choices_in_a_row(argument.name))));
    }
    if (!arguments.empty()) out += fmt::format("      arguments=({})\n", joined(arguments, " "));
    out += "      ;;\n";
  }
  return out + "  esac\n}\n";
}

std::string cases_of(const CommandDefinition& command, std::string_view name) {
  std::string out;
  for (const OptionDefinition& option : command.options) {
    if (option.kind() == ValueKind::none) continue;
    std::vector<std::string> patterns;
    for (const std::string& each : option.names)
      patterns.push_back(fmt::format("{}{}", name, each));
    out += fmt::format("    {}) kind={} choices='{}' ;;\n", joined(patterns, " | "),
                       kind_name(option.kind()), choices_in_a_row(option.value_name));
  }
  return out;
}

/// Sets `kind` and `choices` for what follows an option of a command; no kind: it takes no value.
std::string value_function(const ProgramDefinition& program) {
  std::string out = fmt::format("{}_value() {{\n  kind= choices=\n  case $1/$2 in\n{}",
                                function_name(program), cases_of(program, "*/"));
  for (const CommandDefinition& command : program.commands) {
    out += cases_of(command, command.name + "/");
  }
  return out + "  esac\n}\n";
}

}  // namespace

std::string bash_completion(const ProgramDefinition& program) {
  std::vector<std::string> names;
  for (const CommandDefinition& command : program.commands) names.push_back(command.name);
  std::string body{main_function};
  const std::string_view mark = "@after_dashes@";
  body.replace(body.find(mark), mark.size(),
               program.runs_commands() ? runs_a_command : std::string_view{});
  const std::size_t list = body.find("$commands");
  body.replace(list, std::string_view{"$commands"}.size(), joined(names, " "));
  return fill_in("# bash completion of @program@, made from its own definitions.\n\n", program) +
         fill_in(words_function, program) + command_function(program) + value_function(program) +
         fill_in(functions_function, program) + fill_in(reply_function, program) +
         fill_in(body, program) + fill_in("complete -F @function@ @program@\n", program);
}

}  // namespace fnstore::reference

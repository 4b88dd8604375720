#include "completion_parts.h"

#include <fmt/format.h>

namespace fnstore::reference {
namespace {

constexpr std::string_view fish_head =
    R"fish(# fish completion of @program@, made from its own definitions.

# The command typed so far with the number of its arguments before the cursor, as in "list/0";
# "/0" before there is a command. Where another command follows "--", "exec/--" right after that
# and "exec/--+" from then on. With an argument, the first of the command's own arguments instead.
function @function@_place
    set -l words (commandline -opc)
    set -e words[1]
    set -l command
    set -l count 0
    set -l skip 0
    set -l ended 0
    set -l first
    for word in $words
        if test $skip = 1
            set skip 0
            continue
        end
        if test $ended = 1
            set count @next@
            continue
        end
        switch $word
            case --
                set ended 1@dashes@
            case @valued@
                set skip 1
            case '-*'
            case '*'
                if test -z "$command"
                    set command $word
                else
                    test $count = 0; and set first $word
                    set count (math $count + 1)
                end
        end
    end
    if set -q argv[1]
        string unescape -- $first
    else
        echo "$command/$count"
    end
end

function @function@_is
    string match -q -- $argv[1] (@function@_place)
end

function @function@_ids
    set -l at
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case --db
                set at --db $words[(math $i + 1)]
            case '--db=*'
                set at --db (string replace -- --db= '' $words[$i])
        end
    end
    set -l typed (string unescape -- (commandline -ct))
    set -l asked "--fn-ids=$typed"
    if test $argv[1] = call
        set asked "--of="(@function@_place first) "--call-ids=$typed"
    end
    command fnstore-query $at completion $asked 2>/dev/null | string match -v -- '-*'
end

complete -c @program@ -f
)fish";

std::string quoted(std::string_view text) {
  return fmt::format("'{}'", with_backslashes(text, "'\\"));
}

std::string option_lines(const OptionDefinition& option, std::string_view start) {
  std::string out{start};
  for (const std::string& name : option.names) {
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  switch (option.kind()) {
    case ValueKind::none:
      break;
    case ValueKind::file:
      out += " -r -F";
      break;
    case ValueKind::choice:
      out += " -x -a " + quoted(choices_in_a_row(option.value_name));
      break;
    case ValueKind::other:
    case ValueKind::function:
    case ValueKind::call:
      out += " -x";
      break;
  }
  return out + " -d " + quoted(option.description) + "\n";
}

std::string argument_line(const ArgumentDefinition& argument, std::string_view start,
                          const ProgramDefinition& program) {
  switch (argument.kind()) {
    case ValueKind::none:
    case ValueKind::other:
      return "";
    case ValueKind::file:
      return fmt::format("{} -F\n", start);
    case ValueKind::choice:
      return fmt::format("{} -a {}\n", start, quoted(choices_in_a_row(argument.name)));
    case ValueKind::function:
      return fmt::format("{} -a '({}_ids fn)' -d function\n", start, function_name(program));
    case ValueKind::call:
      return fmt::format("{} -k -a '({}_ids call)' -d call\n", start, function_name(program));
  }
  return "";
}

std::string command_lines(const CommandDefinition& command, const ProgramDefinition& program) {
  const auto start = [&](std::string_view place) {
    return fmt::format("complete -c {} -n '{}_is \"{}\"'", program.name, function_name(program),
                       place);
  };
  std::string out =
      fmt::format("{} -a {} -d {}\n", start("/0"), command.name, quoted(command.summary));
  for (const OptionDefinition& option : command.options) {
    out += option_lines(option, start(command.name + "/*"));
  }
  std::size_t position = 0;
  for (const ArgumentDefinition& argument : command.arguments) {
    out += argument_line(argument, start(fmt::format("{}/{}", command.name, position++)), program);
  }
  if (command.runs_command) {
    out += fmt::format("{} -a '(__fish_complete_command)'\n", start(command.name + "/--"));
    out += fmt::format("{} -F\n", start(command.name + "/--*"));
  }
  return out;
}

/// The options that take a value, as patterns of `switch`.
std::string valued_options(const ProgramDefinition& program) {
  std::vector<std::string> names;
  const auto add = [&](const CommandDefinition& command) {
    for (const OptionDefinition& option : command.options) {
      if (option.kind() == ValueKind::none) continue;
      names.insert(names.end(), option.names.begin(), option.names.end());
    }
  };
  add(program);
  for (const CommandDefinition& command : program.commands) add(command);
  return joined(names, " ");
}

}  // namespace

std::string fish_completion(const ProgramDefinition& program) {
  const bool runs_command = program.runs_commands();
  std::string start = fill_in(fish_head, program);
  const auto put = [&start](std::string_view mark, std::string_view text) {
    start.replace(start.find(mark), mark.size(), text);
  };
  put("@valued@", valued_options(program));
  put("@next@", runs_command ? "-- --+" : "(math $count + 1)");
  put("@dashes@", runs_command ? "\n                set count -- --" : "");
  std::string out = start;
  for (const OptionDefinition& option : program.options) {
    out += option_lines(option, "complete -c " + program.name);
  }
  for (const CommandDefinition& command : program.commands) out += command_lines(command, program);
  return out;
}

}  // namespace fnstore::reference

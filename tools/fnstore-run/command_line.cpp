#include "command_line.h"

#include "fnstore/limits.h"
#include "fnstore/version.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <string_view>
#include <vector>

namespace fnstore::run {
namespace {

constexpr const char* description =
    "Runs commands and records each run as a call in a store: status, times, stats and log.";

constexpr const char* footer =
    "`fnstore-run exec --help` tells more.\n"
    "\n"
    "Example:\n"
    "  fnstore-run --db history.db exec backup --timeout 3600 -- rsync -a src/ dst/";

constexpr const char* exec_usage =
    "Usage: fnstore-run [--db FILE] exec FN_ID [OPTIONS] -- CMD ARG...\n"
    "\n"
    "Runs a command as a sync call of the function FN_ID and waits for it. The command's input "
    "and\n"
    "output are this process's own; its stderr is passed on and also kept as the call's log, up "
    "to\n"
    "1 MiB. No shell is involved. The call can be seen as `running` while it lasts.\n";

constexpr const char* exec_footer =
    "The command runs in a process group of its own, with descriptors above 2 closed. Its\n"
    "environment holds PATH HOME LANG LC_* TZ TERM USER LOGNAME SHELL TMPDIR, what --env names, "
    "and\n"
    "FNSTORE_CALL_ID, FNSTORE_FN_ID, FNSTORE_ATTEMPT and, with --timeout, FNSTORE_DEADLINE.\n"
    "At the timeout the group gets SIGTERM, and 2 s later SIGKILL. SIGINT, SIGTERM, SIGHUP and\n"
    "SIGQUIT to fnstore-run are passed on to the group, SIGKILL follows 2 s later as well.\n"
    "What the command leaves in the background when it ends is let be, but loses its stderr.\n"
    "\n"
    "Exit status: the command's own; 128 + signal when it was killed; 124 timeout; 125 the store\n"
    "failed (stderr tells whether the command was run); 126 not executable; 127 not found;\n"
    "2 this command line makes no sense, nothing was run.\n"
    "\n"
    "Examples:\n"
    "  export FNSTORE_DB=history.db\n"
    "  echo hello | fnstore-run exec greet -- tr a-z A-Z\n"
    "  fnstore-run exec report --timeout 60 --memory 512 -- ./report --daily\n"
    "  fnstore-run exec deploy --app shop --env SSH_AUTH_SOCK --env STAGE=test -- ./deploy.sh\n"
    "  fnstore-run exec count -- sh -c 'ls | wc -l'";

constexpr std::string_view commands_there_are = "the commands are: exec";

/// CLI11 knows nothing of what stands after "--", and lists positionals as if they were options.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(16); }

  std::string make_usage(const CLI::App* app, std::string) const override {
    if (app->get_parent() != nullptr) return exec_usage;
    return std::string{"Usage: fnstore-run [--db FILE] COMMAND [ARGS]\n\n"} + description + '\n';
  }
  std::string make_description(const CLI::App*) const override { return {}; }
  std::string make_positionals(const CLI::App*) const override { return {}; }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return option->get_type_size() == 0 || type.empty() ? "" : ' ' + type;
  }
};

struct Given {
  std::string db;
  std::string timeout;
  std::string memory;
  CommandRequest exec;
};

std::uint64_t whole_number(const std::string& text, std::string_view option, std::string_view unit,
                           std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || value > most) {
    throw UsageError(fmt::format("{}: '{}' is not a whole number of {} from 0 to {}", option,
                                 harmless(text), unit, most));
  }
  return value;
}

void define(CLI::App& app, Given& given) {
  app.footer(footer);
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Print this help, or with a command that command's");
  app.set_version_flag("--version", fmt::format("fnstore-run {}", version), "Print the version");
  app.add_option("--db", given.db,
                 "The store, created when missing; without it FNSTORE_DB names it")
      ->envname("FNSTORE_DB")
      ->type_name("FILE");
  app.require_subcommand(0, 1);

  CLI::App& exec = *app.add_subcommand("exec", "Run a command and record it as a sync call");
  exec.fallthrough();
  exec.footer(exec_footer);
  exec.set_help_flag("-h,--help", "Print this help");
  exec.add_option("FN_ID", given.exec.fn_id)->required();
  exec.add_option("--app", given.exec.app_id, "The id of the app the function belongs to")
      ->type_name("ID");
  exec.add_option("--timeout", given.timeout, "End it after so many seconds; 0: never")
      ->type_name("S");
  exec.add_option("--memory", given.memory,
                  "Give each process at most so many MiB of address space; 0: no limit")
      ->type_name("MIB");
  exec.add_option("--env", given.exec.environment,
                  "Pass this variable on, or set it with NAME=VALUE; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

/// "--name=" would swallow the next word.
void refuse_empty_values(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.starts_with("--") && word.find('=') == word.size() - 1) {
      throw UsageError(fmt::format("{} has no value", harmless(word)));
    }
  }
}

[[noreturn]] void refuse_extras(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining(true);
  const std::string word = harmless(extras.empty() ? "" : extras.front());
  if (word.starts_with('-')) {
    throw UsageError(fmt::format("unknown option {}; see fnstore-run exec --help", word));
  }
  if (app.get_subcommands().empty()) {
    throw UsageError(fmt::format("unknown command '{}'; {}", word, commands_there_are));
  }
  throw UsageError(
      fmt::format("exec takes one FN_ID, and '{}' is more than that; write -- before "
                  "the command to run: exec FN_ID -- CMD ARG...",
                  word));
}

/// Parses what stands before "--"; returns a text to print when that is all that was asked for.
std::optional<std::string> parse(CLI::App& app, std::vector<std::string> words) {
  refuse_empty_values(words);
  std::ranges::reverse(words);  // as CLI11 wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? app.help() : chosen.front()->help();
  } catch (const CLI::CallForVersion& call) {
    return std::string{call.what()} + '\n';
  } catch (const CLI::ExtrasError&) {
    refuse_extras(app);
  } catch (const CLI::ParseError& error) {
    throw UsageError(harmless(error.what()) + "; see fnstore-run exec --help");
  }
  return std::nullopt;
}

}  // namespace

Request parse_command_line(int argc, const char* const* argv) {
  const std::vector<std::string> all(argv + std::min(argc, 1), argv + argc);
  const auto separator = std::ranges::find(all, "--");

  CLI::App app{description, "fnstore-run"};
  Given given;
  define(app, given);
  Request request;
  request.print = parse(app, {all.begin(), separator});
  if (request.print) return request;

  if (app.get_subcommands().empty()) {
    throw UsageError(fmt::format("no command is given; {}", commands_there_are));
  }
  if (separator != all.end()) given.exec.argv.assign(separator + 1, all.end());
  if (given.exec.argv.empty()) {
    throw UsageError("nothing to run; write exec FN_ID -- CMD ARG...");
  }
  if (given.db.empty()) {
    throw UsageError("no store is given; give --db FILE, or set FNSTORE_DB");
  }
  if (!given.timeout.empty()) {
    given.exec.timeout = std::chrono::seconds{
        whole_number(given.timeout, "--timeout", "seconds", limits::max_seconds)};
  }
  if (!given.memory.empty()) {
    given.exec.memory = whole_number(given.memory, "--memory", "MiB", UINT64_MAX >> 20);
  }
  request.db = std::move(given.db);
  request.exec = std::move(given.exec);
  return request;
}

std::string harmless(std::string text) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7FU;
  };
  std::ranges::replace_if(text, is_control, '?');
  return text;
}

}  // namespace fnstore::run

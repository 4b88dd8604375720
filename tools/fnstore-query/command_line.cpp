#include "command_line.h"

#include "fnstore/version.h"

#include "failure.h"
#include "given_option.h"
#include "harmless.h"
#include "help.h"
#include "man_page.h"
#include "nearest_word.h"
#include "value_check.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

namespace fnstore::query {
namespace {

constexpr const char* description =
    "Reads, fills and copies a call history: one file that holds every invocation of your "
    "functions.";

constexpr const char* footer =
    "Data goes to standard output, everything else to standard error. Exit status:\n"
    "0 done, 1 failed, 2 usage, 3 not found. NO_COLOR, COLUMNS and the locale are\n"
    "heeded. `fnstore-query COMMAND --help` explains a command.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db list --status error --from 36h\n"
    "  FNSTORE_DB=history.db fnstore-query info\n";

struct Globals {
  std::optional<std::string> db;
  std::optional<std::string> format;
  std::optional<std::string> color;
};

struct Defined {
  CLI::App* app;
  Run run;
};

void define_globals(CLI::App& app, Globals& globals) {
  app.set_help_flag("-h,--help", "Print help for the tool or a command, and do nothing else");
  app.set_version_flag("--version", fmt::format("fnstore-query {}", version),
                       "Print the version, and do nothing else");
  add_given_option(app, "--db", globals.db, "FILE",
                   "The store: a file. Without it, the environment's FNSTORE_DB");
  add_given_option(app, "--format", globals.format, "table|json|jsonl|csv",
                   "How data is printed. Default: table on a terminal, else json");
  add_given_option(app, "--color", globals.color, "auto|always|never",
                   "Whether to use colours. Default: auto, on a terminal unless NO_COLOR is set");
  app.set_help_all_flag("--man", "Print the manual page in roff")->group("");
}

std::vector<Defined> define_commands(CLI::App& app) {
  std::vector<Defined> defined;
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(std::string{command.name}, std::string{command.summary});
    sub->set_help_flag("-h,--help", "Print this help, and do nothing else");
    sub->set_help_all_flag();
    sub->fallthrough();
    defined.push_back({sub, command.define(*sub)});
  }
  app.require_subcommand(0, 1);
  return defined;
}

/// CLI11 takes the next word for the value of "--name=": give it the empty value that is meant.
/// Last word first, as CLI11 wants them.
std::vector<std::string> words_in_reverse(int argc, const char* const* argv) {
  std::vector<std::string> words;
  bool options = true;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    options = options && word != "--";
    // To CLI11 this word ends a command, and what follows would silently be lost.
    if (options && word == "++") throw UsageError("++ as an argument of its own must follow --");
    const bool empty_value = options && word.starts_with("--") && word.ends_with('=') &&
                             word.find('=') == word.size() - 1;
    if (empty_value) word.pop_back();
    words.push_back(std::move(word));
    if (empty_value) words.emplace_back();
  }
  std::ranges::reverse(words);
  return words;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* each = &app; each != nullptr; each = each->get_parent()) {
    for (const CLI::Option* option : each->get_options()) {
      if (option->get_group().empty()) continue;
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::string help_hint(const CLI::App* command) {
  return fmt::format("see fnstore-query {}--help",
                     command == nullptr ? std::string{} : command->get_name() + " ");
}

/// For words that no option and no argument took.
[[noreturn]] void refuse_extras(const CLI::App& app, const CLI::App* command) {
  const std::vector<std::string> extras = app.remaining(true);
  const std::string word = extras.empty() ? std::string{} : extras.front();
  const std::string shown = in_quotes(word);
  if (word.size() > 1 && word.starts_with('-')) {
    const std::vector<std::string> names = option_names(command == nullptr ? app : *command);
    const std::string name = word.substr(0, word.find('='));
    throw UsageError(fmt::format("unknown option {}{}; {}", shown,
                                 reference::did_you_mean(name, names), help_hint(command)));
  }
  if (command != nullptr) {
    throw UsageError(fmt::format("{} takes no further argument {}; {}", command->get_name(), shown,
                                 help_hint(command)));
  }
  std::vector<std::string> names;
  for (const Command& each : commands()) names.emplace_back(each.name);
  throw UsageError(fmt::format("unknown command {}{}; {}", shown,
                               reference::did_you_mean(word, names), help_hint(nullptr)));
}

/// CLI11 says "--from: 1 required TIME missing" or "--from: At Most 1 required but received 2".
[[noreturn]] void refuse_mismatch(const CLI::ArgumentMismatch& error, const CLI::App* command) {
  const std::string_view text = error.what();
  const std::string_view option = text.substr(0, text.find(':'));
  const bool missing = text.ends_with(" missing");
  throw UsageError(fmt::format("{} {}; {}", option,
                               missing ? "needs a value" : "is given more than once",
                               help_hint(command)));
}

const CLI::App* chosen_command(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? nullptr : chosen.front();
}

/// Parses; returns a text to print when that is all that was asked for.
std::optional<std::string> parse(CLI::App& app, std::vector<std::string> words) {
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    const CLI::App* command = chosen_command(app);
    return help_text(command == nullptr ? app : *command);
  } catch (const CLI::CallForAllHelp&) {
    return reference::man_page(reference::read_definition(app), "fnstore-run");
  } catch (const CLI::CallForVersion& call) {
    return fmt::format("{}\n", call.what());
  } catch (const CLI::ExtrasError&) {
    refuse_extras(app, chosen_command(app));
  } catch (const CLI::ArgumentMismatch& error) {
    refuse_mismatch(error, chosen_command(app));
  } catch (const CLI::ParseError& error) {
    // A mistyped option is also why an argument is missing.
    const std::vector<std::string> extras = app.remaining(true);
    if (!extras.empty() && extras.front().starts_with('-')) {
      refuse_extras(app, chosen_command(app));
    }
    throw UsageError(fmt::format("{}; {}", error.what(), help_hint(chosen_command(app))));
  }
  return std::nullopt;
}

/// Of a declared value.
ColorMode parse_color(std::string_view text) {
  if (text == "always") return ColorMode::always;
  return text == "never" ? ColorMode::never : ColorMode::automatic;
}

std::string names_of_commands() {
  std::string names;
  for (const Command& command : commands()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", command.name);
  }
  return names;
}

}  // namespace

Request parse_command_line(int argc, const char* const* argv) {
  CLI::App app{description, "fnstore-query"};
  app.footer(footer);
  Globals globals;
  define_globals(app, globals);
  const std::vector<Defined> defined = define_commands(app);

  Request request;
  request.print = parse(app, words_in_reverse(argc, argv));
  if (request.print) return request;

  const CLI::App* command = chosen_command(app);
  check_choices(app);
  if (command != nullptr) check_choices(*command);
  request.color = parse_color(globals.color.value_or("auto"));
  const char* environment = std::getenv("FNSTORE_DB");
  request.session.db_given = globals.db.has_value();
  request.session.db = globals.db.value_or(environment == nullptr ? "" : environment);
  if (globals.format) request.session.format = parse_format(*globals.format);
  request.session.color = globals.color;
  for (const Defined& each : defined) {
    if (each.app == command) request.run = each.run;
  }
  if (!request.run) {
    throw UsageError(
        fmt::format("give a command: {}; {}", names_of_commands(), help_hint(nullptr)));
  }
  return request;
}

}  // namespace fnstore::query

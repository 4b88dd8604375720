#include "command_line.h"

#include "fnstore/limits.h"
#include "fnstore/version.h"

#include "help_texts.h"
#include "nearest_word.h"
#include "reference.h"

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

constexpr std::string_view commands_there_are = "the commands are: exec submit detach worker";
constexpr std::uint64_t most_concurrency = 1'024;
constexpr std::uint64_t most_patience = 86'400;

/// CLI11 knows nothing of what stands after "--", and lists positionals as if they were options.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(16); }

  std::string make_usage(const CLI::App* app, std::string) const override {
    const bool is_command = app->get_parent() != nullptr;
    std::string usage(help_text(is_command ? app->get_name() : "").usage);
    return is_command ? usage : usage + std::string(description) + '\n';
  }
  std::string make_description(const CLI::App*) const override { return {}; }
  std::string make_positionals(const CLI::App*) const override { return {}; }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return option->get_type_size() == 0 || type.empty() ? "" : ' ' + type;
  }
};

/// The words of a command line, unread.
struct Given {
  std::string db;
  std::string fn_id;
  std::string app_id;
  std::string timeout;
  std::string memory;
  std::string delay;
  std::string priority;
  std::string key;
  std::string input;
  std::string placement_timeout;
  std::string concurrency;
  std::string patience;
  std::vector<std::string> environment;
  std::vector<std::string> argv;
  std::string completion;
  bool drain = false;
};

std::uint64_t whole_number(const std::string& text, std::string_view option, std::string_view what,
                           std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || value > most) {
    throw UsageError(fmt::format("{}: '{}' is not a whole number{} from 0 to {}", option,
                                 harmless(text), what, most));
  }
  return value;
}

std::chrono::seconds seconds_given(const std::string& text, std::string_view option) {
  return std::chrono::seconds{whole_number(text, option, " of seconds", limits::max_seconds)};
}

std::uint64_t memory_given(const Given& given) {
  return whole_number(given.memory, "--memory", " of MiB", UINT64_MAX >> 20);
}

CLI::App& add_command(CLI::App& app, std::string_view name) {
  const HelpText& text = help_text(name);
  CLI::App& command = *app.add_subcommand(std::string(name), std::string(text.summary));
  command.fallthrough();
  command.footer(std::string(text.footer));
  command.set_help_flag("-h,--help", "Print this help");
  command.set_help_all_flag();
  return command;
}

/// What every command that names a function and a command to run takes.
void add_run_options(CLI::App& command, Given& given) {
  command.add_option("FN_ID", given.fn_id, "The function that the call belongs to")->required();
  command.add_option("--timeout", given.timeout, "End it after so many seconds; 0: never")
      ->type_name("S");
  command
      .add_option("--memory", given.memory,
                  "Give each process at most so many MiB of address space; 0: no limit")
      ->type_name("MIB");
  command
      .add_option("--env", given.environment,
                  "Pass this variable on, or set it with NAME=VALUE; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_commands(CLI::App& app, Given& given) {
  const auto add_app = [&](CLI::App& command) {
    command.add_option("--app", given.app_id, "The id of the app the function belongs to")
        ->type_name("ID");
  };
  CLI::App& exec = add_command(app, "exec");
  add_app(exec);
  add_run_options(exec, given);

  CLI::App& submit = add_command(app, "submit");
  add_app(submit);
  submit.add_option("--delay", given.delay, "Queue it after so many seconds")->type_name("S");
  submit.add_option("--priority", given.priority, "Higher first; without it 0")->type_name("0|1|2");
  submit
      .add_option("--key", given.key,
                  "Submit once: print the id of the call with this key, if there is one")
      ->type_name("KEY");
  submit.add_option("--input", given.input, "The file that becomes its input; -: stdin")
      ->type_name("FILE");
  add_run_options(submit, given);

  CLI::App& detach = add_command(app, "detach");
  add_app(detach);
  detach
      .add_option("--placement-timeout", given.placement_timeout,
                  "Give up when it has not started after so many seconds; without it 10")
      ->type_name("S");
  add_run_options(detach, given);

  CLI::App& worker = add_command(app, "worker");
  worker
      .add_option("--concurrency", given.concurrency,
                  "Run so many at once; without it as many as there are processors")
      ->type_name("N");
  worker
      .add_option("--patience", given.patience,
                  "Let running commands end for so many seconds after a signal; without it 10")
      ->type_name("S");
  worker.add_flag("--drain", given.drain, "End when nothing waits any more");
}

void define(CLI::App& app, Given& given) {
  app.footer(std::string(help_text("").footer));
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Print this help, or with a command that command's");
  app.set_version_flag("--version", fmt::format("fnstore-run {}", version), "Print the version");
  app.add_option("--db", given.db,
                 "The store, created when missing; without it FNSTORE_DB names it")
      ->envname("FNSTORE_DB")
      ->type_name("FILE");
  app.set_help_all_flag("--man", "Print the manual page in roff")->group("");
  app.add_option("--completion", given.completion, "Print what makes a shell complete commands")
      ->type_name(reference::shells)
      ->group("");
  app.require_subcommand(0, 1);
  add_commands(app, given);
}

std::string chosen_command(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? "" : chosen.front()->get_name();
}

/// "--name=" would swallow the next word; and an empty value, as of a variable that is not set,
/// must not pass for an option that was not given.
void refuse_empty_values(const std::vector<std::string>& words) {
  std::string_view option;  // the word before, when a value may follow it
  for (const std::string& word : words) {
    const bool is_option = word.starts_with("--");
    if (is_option && word.find('=') == word.size() - 1) {
      throw UsageError(fmt::format("{} has no value", harmless(word)));
    }
    if (word.empty() && !option.empty()) {
      throw UsageError(fmt::format("{} has no value", harmless(std::string(option))));
    }
    option = is_option && word.find('=') == std::string::npos ? word : std::string_view{};
  }
}

/// Of the program and, unless its name is empty, of a command.
std::vector<std::string> option_names(const reference::ProgramDefinition& program,
                                      const std::string& command) {
  std::vector<std::string> names;
  const auto add = [&](const reference::CommandDefinition& from) {
    for (const reference::OptionDefinition& option : from.options) {
      names.push_back(option.names.back());
    }
  };
  add(program);
  for (const reference::CommandDefinition& each : program.commands) {
    if (each.name == command) add(each);
  }
  return names;
}

[[noreturn]] void refuse_extras(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining(true);
  const std::string word = harmless(extras.empty() ? "" : extras.front());
  const std::string command = chosen_command(app);
  const reference::ProgramDefinition program = read_reference(app);
  if (word.starts_with('-')) {
    const std::string name = word.substr(0, word.find('='));
    throw UsageError(fmt::format("unknown option {}{}; see fnstore-run {} --help", word,
                                 reference::did_you_mean(name, option_names(program, command)),
                                 command.empty() ? "exec" : command));
  }
  if (command.empty()) {
    std::vector<std::string> names;
    for (const reference::CommandDefinition& each : program.commands) names.push_back(each.name);
    throw UsageError(fmt::format("unknown command '{}'{}; {}", word,
                                 reference::did_you_mean(word, names), commands_there_are));
  }
  if (command == "worker") {
    throw UsageError(fmt::format("worker takes options only, and '{}' is none", word));
  }
  throw UsageError(
      fmt::format("{0} takes one FN_ID, and '{1}' is more than that; write -- before "
                  "the command to run: {0} FN_ID -- CMD ARG...",
                  command, word));
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
  } catch (const CLI::CallForAllHelp&) {
    return reference::man_page(read_reference(app), "fnstore-query");
  } catch (const CLI::CallForVersion& call) {
    return std::string{call.what()} + '\n';
  } catch (const CLI::ExtrasError&) {
    refuse_extras(app);
  } catch (const CLI::ParseError& error) {
    const std::string command = chosen_command(app);
    throw UsageError(fmt::format("{}; see fnstore-run {} --help", harmless(error.what()),
                                 command.empty() ? "exec" : command));
  }
  return std::nullopt;
}

CommandRequest exec_request(const Given& given) {
  CommandRequest request;
  request.fn_id = given.fn_id;
  request.app_id = given.app_id;
  request.argv = given.argv;
  request.environment = given.environment;
  if (!given.timeout.empty()) request.timeout = seconds_given(given.timeout, "--timeout");
  if (!given.memory.empty()) request.memory = memory_given(given);
  return request;
}

SubmitRequest submit_request(const Given& given) {
  SubmitRequest request;
  request.fn_id = given.fn_id;
  request.command = {given.argv, given.environment};
  request.input = given.input;
  SubmitOptions& options = request.options;
  options.app_id = given.app_id;
  options.idempotency_key = given.key;
  if (!given.timeout.empty()) options.timeout = seconds_given(given.timeout, "--timeout");
  if (!given.memory.empty()) options.memory = memory_given(given);
  if (!given.delay.empty()) options.delay = seconds_given(given.delay, "--delay");
  if (!given.priority.empty()) {
    options.priority = static_cast<std::int32_t>(whole_number(given.priority, "--priority", "", 2));
  }
  return request;
}

DetachRequest detach_request(const Given& given) {
  DetachRequest request;
  request.fn_id = given.fn_id;
  request.command = {given.argv, given.environment};
  request.function.app_id = given.app_id;
  request.options.placement_timeout = std::chrono::seconds{10};
  if (!given.timeout.empty()) request.function.timeout = seconds_given(given.timeout, "--timeout");
  if (!given.memory.empty()) request.function.memory = memory_given(given);
  if (!given.placement_timeout.empty()) {
    request.options.placement_timeout =
        seconds_given(given.placement_timeout, "--placement-timeout");
  }
  return request;
}

WorkerRequest worker_request(const Given& given) {
  WorkerRequest request;
  request.drain = given.drain;
  if (!given.concurrency.empty()) {
    request.concurrency = whole_number(given.concurrency, "--concurrency", "", most_concurrency);
    if (request.concurrency == 0) throw UsageError("--concurrency: 0 would run nothing");
  }
  if (!given.patience.empty()) {
    request.patience = std::chrono::seconds{
        whole_number(given.patience, "--patience", " of seconds", most_patience)};
  }
  return request;
}

}  // namespace

Request parse_command_line(int argc, const char* const* argv) {
  const std::vector<std::string> all(argv + std::min(argc, 1), argv + argc);
  const auto separator = std::ranges::find(all, "--");

  CLI::App app{std::string(description), "fnstore-run"};
  Given given;
  define(app, given);
  Request request;
  request.print = parse(app, {all.begin(), separator});
  if (!request.print && !given.completion.empty()) {
    request.print = completion_script(app, given.completion);
  }
  if (request.print) return request;

  const std::string command = chosen_command(app);
  if (command.empty()) {
    throw UsageError(fmt::format("no command is given; {}", commands_there_are));
  }
  if (separator != all.end()) given.argv.assign(separator + 1, all.end());
  if (command == "worker" && separator != all.end()) {
    throw UsageError("worker runs what was submitted; it takes no command of its own");
  }
  if (command != "worker" && given.argv.empty()) {
    throw UsageError(fmt::format("nothing to run; write {} FN_ID -- CMD ARG...", command));
  }
  if (given.db.empty()) {
    throw UsageError("no store is given; give --db FILE, or set FNSTORE_DB");
  }
  if (command == "exec") request.command = exec_request(given);
  if (command == "submit") request.command = submit_request(given);
  if (command == "detach") request.command = detach_request(given);
  if (command == "worker") request.command = worker_request(given);
  request.db = std::move(given.db);
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

#include "completion.h"

#include "command.h"
#include "failure.h"
#include "harmless.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace fnstore::query {
namespace {

struct CompletionArguments {
  std::string shell;
  std::optional<std::string> fn_prefix;
  std::optional<std::string> call_prefix;
  std::string fn_id;  ///< whose calls
  std::size_t limit = 200;
  reference::ProgramDefinition program;
};

constexpr const char* completion_footer =
    "The script completes commands, options, their values, files, and the ids of\n"
    "functions and of their newest calls in the store. `meson install` puts it where\n"
    "shells look for it; without that, load it from the start-up file of your shell.\n"
    "\n"
    "Examples:\n"
    "  source <(fnstore-query completion bash)\n"
    "  fnstore-query completion zsh > ~/.zfunc/_fnstore-query\n"
    "  fnstore-query completion fish > ~/.config/fish/completions/fnstore-query.fish\n";

/// The functions, or the newest calls of one, newest first.
std::vector<std::string> find_ids(const CompletionArguments& arguments, const Store& store) {
  if (arguments.fn_prefix) return store.function_ids(*arguments.fn_prefix, arguments.limit);
  std::vector<std::string> ids;
  for (Call& call : store.list({.fn_id = arguments.fn_id, .per_page = arguments.limit}).items) {
    if (call.id.starts_with(*arguments.call_prefix)) ids.push_back(std::move(call.id));
  }
  return ids;
}

/// For the scripts: one id a line. An id that a terminal cannot show as it is would not be typed
/// either. A failure prints nothing: it would end up in the command line that is being typed.
int write_ids(const CompletionArguments& arguments, const Session& session) {
  std::string lines;
  try {
    for (const std::string& id : find_ids(arguments, session.open_to_read())) {
      if (harmless_line(id) == id) lines += id + "\n";
    }
  } catch (const std::exception&) {
    return exit_status::failed;
  }
  Output out(STDOUT_FILENO, "standard output");
  out.write(lines);
  out.finish();
  return exit_status::done;
}

int run(const CompletionArguments& arguments, const Session& session) {
  if (arguments.fn_prefix || arguments.call_prefix) return write_ids(arguments, session);
  Output out(STDOUT_FILENO, "standard output");
  out.write(reference::completion_script(arguments.program, arguments.shell));
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_completion(CLI::App& app) {
  const auto arguments = std::make_shared<CompletionArguments>();
  CLI::Option* shell = app.add_option("SHELL", arguments->shell, "The shell the script is for");
  shell->type_name(reference::shells)->required();
  const auto add_prefix = [&](const std::string& name, std::optional<std::string>& prefix) {
    const auto take = [&prefix, shell](const std::string& text) {
      prefix = text;
      shell->required(false);
    };
    app.add_option_function<std::string>(name, take)->group("");
  };
  add_prefix("--fn-ids", arguments->fn_prefix);
  add_prefix("--call-ids", arguments->call_prefix);
  app.add_option("--of", arguments->fn_id)->group("");
  app.add_option("--limit", arguments->limit)->group("");
  app.footer(completion_footer);
  // When all commands are defined, and while the definitions are still there.
  app.callback(
      [&app, arguments] { arguments->program = reference::read_definition(*app.get_parent()); });
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

#include "completion.h"

#include "command.h"
#include "failure.h"
#include "harmless.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

namespace fnstore::query {
namespace {

struct CompletionArguments {
  std::string shell;
  std::optional<std::string> fn_prefix;
  std::size_t limit = 200;
  reference::ProgramDefinition program;
};

constexpr const char* completion_footer =
    "The script completes commands, options, their values, files and the ids of\n"
    "functions in the store. `meson install` puts it where shells look for it; without\n"
    "that, load it from the start-up file of your shell.\n"
    "\n"
    "Examples:\n"
    "  source <(fnstore-query completion bash)\n"
    "  fnstore-query completion zsh > ~/.zfunc/_fnstore-query\n"
    "  fnstore-query completion fish > ~/.config/fish/completions/fnstore-query.fish\n";

/// For the scripts: one id a line. An id that a terminal cannot show as it is would not be typed
/// either. A failure prints nothing: it would end up in the command line that is being typed.
int write_fn_ids(const CompletionArguments& arguments, const Session& session) {
  std::string lines;
  try {
    const Store store = session.open_to_read();
    for (const std::string& id : store.function_ids(*arguments.fn_prefix, arguments.limit)) {
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
  if (arguments.fn_prefix) return write_fn_ids(arguments, session);
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
  const auto take_prefix = [arguments, shell](const std::string& prefix) {
    arguments->fn_prefix = prefix;
    shell->required(false);
  };
  app.add_option_function<std::string>("--fn-ids", take_prefix)->group("");
  app.add_option("--limit", arguments->limit)->group("");
  app.footer(completion_footer);
  // When all commands are defined, and while the definitions are still there.
  app.callback(
      [&app, arguments] { arguments->program = reference::read_definition(*app.get_parent()); });
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

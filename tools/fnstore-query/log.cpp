#include "command.h"
#include "failure.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <unistd.h>

namespace fnstore::query {
namespace {

struct LogArguments {
  std::string fn_id;
  std::string call_id;
};

constexpr const char* log_footer =
    "Writes the bytes of the log as they were recorded, whatever --format says. On a\n"
    "terminal, control characters are shown as \\xNN, because a log is foreign text;\n"
    "pipe it through cat to have them as they are. Exit status 3 when there is no such\n"
    "call, or it has no log.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db log resize 01D7N0000000000000000000C1\n"
    "  fnstore-query --db history.db log resize 01D7N0000000000000000000C1 | tail -n 20\n";

int run(const LogArguments& arguments, const Session& session) {
  const Store store = session.open_to_read();
  const std::string log = store.get_log({arguments.fn_id, arguments.call_id});
  Output out(STDOUT_FILENO, "standard output",
             session.terminal.output_is_terminal ? Harmless::text : Harmless::as_is,
             !session.terminal.utf8);
  out.write(log);
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_log(CLI::App& app) {
  const auto arguments = std::make_shared<LogArguments>();
  app.add_option("FN_ID", arguments->fn_id, "The function")->required();
  app.add_option("CALL_ID", arguments->call_id, "The call's id")->required();
  app.footer(log_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

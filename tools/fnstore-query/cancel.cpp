#include "fnstore/queue.h"

#include "call_output.h"
#include "command.h"
#include "failure.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace fnstore::query {
namespace {

struct CancelArguments {
  std::string fn_id;
  std::string call_id;
};

constexpr const char* cancel_footer =
    "A call that waits is never run; one that runs is asked to stop, and a command's\n"
    "process group is ended. Prints the call as `get` does. Exit status 1 when it has\n"
    "ended already, 3 when there is no such call.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db cancel resize 01D7N0000000000000000000C1\n";

int run(const CancelArguments& arguments, const Session& session) {
  Store store = session.open_to_change();
  const Call call = Queue(store).cancel({arguments.fn_id, arguments.call_id});
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  out.write(show_call(call, format, session));
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_cancel(CLI::App& app) {
  const auto arguments = std::make_shared<CancelArguments>();
  app.add_option("FN_ID", arguments->fn_id, "The function")->required();
  app.add_option("CALL_ID", arguments->call_id, "The call's id")->required();
  app.footer(cancel_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

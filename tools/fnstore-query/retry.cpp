#include "fnstore/queue.h"

#include "call_output.h"
#include "command.h"
#include "failure.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace fnstore::query {
namespace {

struct RetryArguments {
  std::string fn_id;
  std::string call_id;
};

constexpr const char* retry_footer =
    "Queues a new async call with the same request. It names the old call in the\n"
    "annotation fnstore.retry_of and is printed as `get` does. `fnstore-run worker`\n"
    "runs it when the call carries its command, as those of `fnstore-run submit` do;\n"
    "else a program that has the function bound. Exit status 1 while the call has not\n"
    "ended, 3 when there is no such call.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db retry resize 01D7N0000000000000000000C1\n";

int run(const RetryArguments& arguments, const Session& session) {
  Store store = session.open_to_change();
  const std::string id = Queue(store).retry({arguments.fn_id, arguments.call_id});
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  out.write(show_call(store.get({arguments.fn_id, id}), format, session));
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_retry(CLI::App& app) {
  const auto arguments = std::make_shared<RetryArguments>();
  app.add_option("FN_ID", arguments->fn_id, "The function")->required();
  app.add_option("CALL_ID", arguments->call_id, "The call's id")->required();
  app.footer(retry_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

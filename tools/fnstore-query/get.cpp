#include "call_output.h"
#include "command.h"
#include "failure.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace fnstore::query {
namespace {

struct GetArguments {
  std::string fn_id;
  std::string call_id;
};

constexpr const char* get_footer =
    "Prints the call as one line of JSON, with the request fields that `list` leaves\n"
    "out; as csv, a header and a row; as a table, one field a line, long texts cut.\n"
    "Exit status 3 when there is no such call.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db get resize 01D7N0000000000000000000C1\n"
    "  fnstore-query --db history.db get resize 01D7N0000000000000000000C1 --format table\n";

int run(const GetArguments& arguments, const Session& session) {
  const Store store = session.open_to_read();
  const Call call = store.get({arguments.fn_id, arguments.call_id});
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  out.write(show_call(call, format, session));
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_get(CLI::App& app) {
  const auto arguments = std::make_shared<GetArguments>();
  app.add_option("FN_ID", arguments->fn_id, "The function")->required();
  app.add_option("CALL_ID", arguments->call_id, "The call's id")->required();
  app.footer(get_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

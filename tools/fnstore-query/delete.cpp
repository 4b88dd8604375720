#include "command.h"
#include "failure.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace fnstore::query {
namespace {

constexpr const char* delete_footer =
    "Its log, request and result go with it, for good. Exit status 1 while the call\n"
    "waits or runs (cancel it first), 3 when there is no such call.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db delete resize 01D7N0000000000000000000C1\n";

struct DeleteArguments {
  std::string fn_id;
  std::string call_id;
};

int run(const DeleteArguments& arguments, const Session& session) {
  Store store = session.open_to_change();
  store.remove({arguments.fn_id, arguments.call_id});
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  if (format == Format::csv) {
    out.write("deleted\n1\n");
  } else {
    out.write(format == Format::table ? "deleted  1\n" : "{\"deleted\":1}\n");
  }
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_delete(CLI::App& app) {
  const auto arguments = std::make_shared<DeleteArguments>();
  app.add_option("FN_ID", arguments->fn_id, "The function")->required();
  app.add_option("CALL_ID", arguments->call_id, "The call's id")->required();
  app.footer(delete_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

#include "fnstore/error.h"
#include "fnstore/queue.h"
#include "fnstore/store.h"

#include "commands.h"

#include <string_view>

namespace fnstore::run {
namespace {

/// Whether the user learns of the failure only from us. A command that fails says so itself, and
/// the shell names a signal.
bool is_our_news(const Call& call) {
  const std::string_view error = call.error;
  return call.status == Status::error && !error.starts_with("bad_exit: status ") &&
         !error.starts_with("killed: ");
}

}  // namespace

int exec_command(const std::string& db, const CommandRequest& request) {
  std::optional<Store> store;
  try {
    store = Store::open(db);
  } catch (const Error& error) {
    say_error(std::string{"the command was not run: "} + error.what());
    return exit_status::store_failed;
  }
  try {
    Queue(*store).sweep();  // what a process that is gone has left is lost
    const CommandResult result = run_command(*store, request);
    if (is_our_news(result.call)) say_error(result.call.error);
    return result.exit_status;
  } catch (const Error& error) {
    say_error(error.what());
    return error.code() == Errc::invalid ? exit_status::usage : exit_status::store_failed;
  }
}

}  // namespace fnstore::run

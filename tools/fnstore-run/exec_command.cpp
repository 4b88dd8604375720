#include "fnstore/error.h"
#include "fnstore/queue.h"
#include "fnstore/store.h"

#include "commands.h"
#include "process_setup.h"

#include <csignal>
#include <optional>
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

/// How this process is to end.
struct End {
  int exit_status = 0;
  bool by_interrupt = false;
};

/// Some catch SIGINT, tidy up and end with the status a shell gives for it.
bool is_interrupted(const CommandResult& result) {
  return result.ended_by == SIGINT || result.exit_status == 128 + SIGINT;
}

/// The store is closed when it returns.
End run_recorded(const std::string& db, const CommandRequest& request) {
  std::optional<Store> store;
  try {
    store = Store::open(db, {.redaction = RedactionRule::from_environment()});
  } catch (const Error& error) {
    say_error(std::string{"the command was not run: "} + error.what());
    return {exit_status::store_failed};
  }
  try {
    Queue(*store).sweep();  // what a process that is gone has left is lost
    const CommandResult result = run_command(*store, request);
    if (is_our_news(result.call)) say_error(result.call.error);
    return {result.exit_status, is_interrupted(result)};
  } catch (const Error& error) {
    say_error(error.what());
    return {error.code() == Errc::invalid ? exit_status::usage : exit_status::store_failed};
  }
}

}  // namespace

int exec_command(const std::string& db, const CommandRequest& request) {
  const End end = run_recorded(db, request);
  if (end.by_interrupt) die_of_interrupt_at_terminal();
  return end.exit_status;
}

}  // namespace fnstore::run

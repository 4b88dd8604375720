#include "commands.h"
#include "process_setup.h"

#include <exception>
#include <string>
#include <variant>

namespace {

using namespace fnstore::run;
using fnstore::CommandRequest;

/// Calls the function of the command that was asked for.
struct Runner {
  const std::string& db;
  int operator()(const CommandRequest& request) const { return exec_command(db, request); }
  int operator()(const SubmitRequest& request) const { return submit_command(db, request); }
  int operator()(const DetachRequest& request) const { return detach_command(db, request); }
  int operator()(const WorkerRequest& request) const { return worker_command(db, request); }
};

int run(int argc, char** argv) {
  try {
    const Request request = parse_command_line(argc, argv);
    return request.print ? print(*request.print) : std::visit(Runner{request.db}, request.command);
  } catch (const UsageError& error) {
    say_error(error.what());
    return exit_status::usage;
  } catch (const std::exception& error) {
    say_error(error.what());
    return exit_status::store_failed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_standard_descriptors()) return exit_status::store_failed;
  block_write_signals();
  return run(argc, argv);
}

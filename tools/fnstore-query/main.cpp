#include "fnstore/error.h"

#include "command_line.h"
#include "failure.h"
#include "output.h"
#include "session.h"

#include <csignal>
#include <exception>
#include <new>
#include <unistd.h>

namespace {

using namespace fnstore;
using namespace fnstore::query;

int run(int argc, const char* const* argv) {
  Request request = parse_command_line(argc, argv);
  request.session.terminal = inspect_terminal(request.color);
  if (!request.print) return request.run(request.session);
  Output out(STDOUT_FILENO, "standard output");
  out.write(*request.print);
  out.finish();
  return exit_status::done;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // these two come back as errors of write
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const BrokenPipe&) {
    return exit_status::broken_pipe;
  } catch (const UsageError& error) {
    say_error(error.what());
    return exit_status::usage;
  } catch (const Error& error) {
    say_error(error.what());
    return error.code() == Errc::not_found ? exit_status::not_found : exit_status::failed;
  } catch (const std::bad_alloc&) {
    say_error("out of memory; nothing unfinished was written to the store");
    return exit_status::failed;
  } catch (const std::exception& error) {
    say_error(error.what());
    return exit_status::failed;
  }
}

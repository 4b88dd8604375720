#include "command_line.h"
#include "exec_command.h"
#include "process_setup.h"

#include <csignal>
#include <cstdio>
#include <exception>

namespace {

using namespace fnstore::run;

constexpr int interrupted = 128 + SIGINT;

int print(const std::string& text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return is_written && std::fflush(stdout) == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  try {
    const Request request = parse_command_line(argc, argv);
    return request.print ? print(*request.print) : exec_command(request);
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
  const int status = run(argc, argv);
  if (status == interrupted) die_of_interrupt_at_terminal();
  return status;
}

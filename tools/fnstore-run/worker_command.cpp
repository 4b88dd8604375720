#include "fnstore/error.h"
#include "fnstore/store.h"

#include "commands.h"
#include "ending_signals.h"

#include <algorithm>
#include <optional>
#include <thread>

namespace fnstore::run {
namespace {

/// Lets running commands end for as long as the patience lasts; another signal ends it.
void stop_with_patience(Executor& executor, std::chrono::milliseconds patience) {
  std::thread stopper([&] {
    executor.stop(patience);
    wake_main();
  });
  while (wait_for_signal(-1) != woken) executor.stop();
  stopper.join();
}

}  // namespace

int worker_command(const std::string& db, const WorkerRequest& request) {
  block_ending_signals();
  try {
    Store store = Store::open(db);
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    Executor executor(store,
                      {.workers = request.concurrency == 0 ? processors : request.concurrency,
                       .run_commands = true,
                       .on_error = [](const Error& error) { say_error(error.what()); }});
    std::optional<std::thread> drainer;
    if (request.drain) {
      drainer.emplace([&] {
        executor.drain();
        wake_main();
      });
    }
    const int signal = wait_for_signal(-1);
    if (signal != woken) stop_with_patience(executor, request.patience);
    executor.stop();
    if (drainer) drainer->join();
    return exit_status::done;
  } catch (const Error& error) {
    say_error(error.what());
    return error.code() == Errc::invalid ? exit_status::usage : exit_status::store_failed;
  }
}

}  // namespace fnstore::run

#include "fnstore/error.h"
#include "fnstore/store.h"

#include "commands.h"
#include "ending_signals.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace fnstore::run {
namespace {

/// Lets running commands end for as long as the patience lasts; another signal ends it.
void stop_with_patience(Executor& executor, std::chrono::milliseconds patience) {
  std::atomic<bool> stopped{false};
  std::thread stopper([&] {
    executor.stop(patience);
    stopped = true;
    wake_main();
  });
  while (!stopped) {
    if (wait_for_signal(-1) != woken) executor.stop();
  }
  stopper.join();
}

/// Tells of what fails in the background, and wakes the main thread when that is for good: when a
/// restore has exchanged the store's file. Used by the executor's threads.
class FailureWatch {
 public:
  explicit FailureWatch(const Store& store) : store_(store) {}

  void take(const Error& error) {
    if (!store_.exchanged()) return say_error(error.what());
    if (is_exchanged_.exchange(true)) return;  // all that follows fails for the same reason
    say_error(error.what());
    say_error(
        "the worker ends: what it still runs may end but is not recorded; start it anew to work "
        "on the store that is there now");
    wake_main();
  }

  bool store_is_exchanged() const { return is_exchanged_; }

 private:
  const Store& store_;
  std::atomic<bool> is_exchanged_{false};
};

}  // namespace

int worker_command(const std::string& db, const WorkerRequest& request) {
  block_ending_signals();
  try {
    Store store = Store::open(db, {.redaction = RedactionRule::from_environment()});
    FailureWatch failures(store);
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    Executor executor(store,
                      {.workers = request.concurrency == 0 ? processors : request.concurrency,
                       .run_commands = true,
                       .on_error = [&](const Error& error) { failures.take(error); }});
    std::optional<std::thread> drainer;
    if (request.drain) {
      drainer.emplace([&] {
        executor.drain();
        wake_main();
      });
    }
    const int signal = wait_for_signal(-1);
    if (signal != woken || failures.store_is_exchanged()) {
      stop_with_patience(executor, request.patience);
    }
    executor.stop();
    if (drainer) drainer->join();
    return failures.store_is_exchanged() ? exit_status::store_failed : exit_status::done;
  } catch (const Error& error) {
    say_error(error.what());
    return error.code() == Errc::invalid ? exit_status::usage : exit_status::store_failed;
  }
}

}  // namespace fnstore::run

#pragma once

#include "fnstore/call.h"
#include "fnstore/error.h"
#include "fnstore/invocation.h"
#include "fnstore/store.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace fnstore {

/// A program to run for each call: argv without a shell, found along PATH. The call's payload is
/// its input, its output the result, its stderr the log.
struct Command {
  std::vector<std::string> argv{};         ///< not empty; argv[0] is the program
  std::vector<std::string> environment{};  ///< names passed on besides PATH, HOME, LANG, TZ, ...
};

/// What holds for every call of a function, unless a call says otherwise.
struct FunctionOptions {
  std::chrono::seconds timeout{0};  ///< 0: none
  std::uint64_t memory = 0;   ///< MiB, 0: unlimited; a limit for commands, only recorded for others
  std::int32_t priority = 0;  ///< 0 to 2; of submitted calls
  std::size_t concurrency =
      0;  ///< most calls at once in this executor; 0: as many as there are slots
  std::size_t result_bytes = std::size_t{1} << 20;  ///< more is an error; a command's is cut
  std::size_t log_bytes = std::size_t{1} << 20;
  std::string app_id{};
  std::string app_name{};
};

struct InvokeOptions {
  std::optional<std::chrono::seconds> timeout{};
  std::string trigger_id{};
};

struct SubmitOptions {
  std::chrono::seconds delay{0};
  std::optional<std::int32_t> priority{};
  std::optional<std::chrono::seconds> timeout{};
  std::optional<std::uint64_t> memory{};  ///< MiB
  std::string idempotency_key{};          ///< see Submission
  std::string app_id{};                   ///< of a call with a command of its own
  std::string trigger_id{};
};

struct DetachOptions {
  std::chrono::milliseconds placement_timeout{1'000};  ///< for a slot to become free
  std::optional<std::chrono::seconds> timeout{};
  std::string trigger_id{};
};

/// A call that has ended, and what the function returned.
struct Outcome {
  Call call{};
  std::string result{};
};

/// A function has run, and its end could not be recorded. The executor goes on trying for as long
/// as it lives. What the function did is in `outcome`.
class NotRecorded : public Error {
 public:
  NotRecorded(const Error& cause, Outcome ended);
  Outcome outcome;
};

/// Told of every call this executor runs, on the thread that runs it. One that throws is named in
/// the call's log and changes nothing else.
struct Listener {
  std::function<void(const Call&)> before_call{};
  std::function<void(const Call&)> after_call{};  ///< as it is about to be recorded
};

struct ExecutorOptions {
  std::size_t workers = 4;    ///< threads for submitted and detached calls; 0: only invoke() runs
  bool run_submitted = true;  ///< false: submitted calls of bound functions are left to others
  bool run_commands = false;  ///< also run calls that were submitted with a command of their own
  std::chrono::milliseconds lease{10'000};           ///< see Worker; renewed while calls run
  std::chrono::milliseconds grace{2'000};            ///< of commands, between TERM and KILL
  std::chrono::milliseconds sample_interval{1'000};  ///< of commands' stats
  std::function<void(const Error&)> on_error{};      ///< the store failed in the background
};

/// Runs functions and records each call of them. It adds no policy to the store's: it moves calls
/// through their states. Execution is at least once for submitted calls, whose worker may be lost,
/// and at most once for all others. Any thread may call any method at any time, bound functions
/// too. In a child of fork() it is refused as `unsupported`, as a Store is; destroying it there
/// ends nothing.
class Executor {
 public:
  /// The store must outlive it. Throws `invalid` for options that make no sense.
  explicit Executor(Store& store, ExecutorOptions options = {});
  ~Executor();  ///< stop()
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Binds a callable that takes an Invocation&, in place of what was bound to the id before.
  /// `invalid` for an id or options that make no sense.
  template <typename Callable>
  requires std::is_invocable_v<Callable&, Invocation&>
  void bind(std::string_view fn_id, Callable callable, const FunctionOptions& options = {}) {
    bind_function(fn_id, as_function(std::move(callable)), options);
  }
  void bind(std::string_view fn_id, Command command, const FunctionOptions& options = {});

  void add_listener(Listener listener);

  /// Sync: runs the function on this thread and returns its call, as recorded, with the result. The
  /// function's own failure is in the call. `not_found` when the id is not bound; NotRecorded.
  Outcome invoke(std::string_view fn_id, std::string_view payload = {},
                 const InvokeOptions& options = {});

  /// Async: durable when it returns the call's id; any executor of the store that has the function
  /// bound runs it. `not_found` when the id is not bound here.
  std::string submit(std::string_view fn_id, std::string_view payload = {},
                     const SubmitOptions& options = {});

  /// The same for a command that is recorded with the call; any executor with `run_commands` runs
  /// it. The id needs no binding.
  std::string submit(std::string_view fn_id, const Command& command, std::string_view payload = {},
                     const SubmitOptions& options = {});

  /// Detached: returns when the function has started on one of the workers, or with status
  /// `cancelled` and the error "not_placed" when no slot became free in time: then it never runs. A
  /// command that could not be executed comes back as an `error`.
  Call detach(std::string_view fn_id, std::string_view payload = {},
              const DetachOptions& options = {});

  /// Ends a call; a running one is asked to stop, wherever it runs. See Queue::cancel.
  Call cancel(const CallKey& key);

  /// Submits a new call with the request of one that has ended. See Queue::retry.
  std::string retry(const CallKey& key);

  /// Waits for a call's end, whoever runs it; nothing when it has not ended in time. `not_found`.
  std::optional<Outcome> wait(const CallKey& key, std::chrono::milliseconds most);

  /// Returns when no call waits that this executor could run, and it runs none. Delayed calls
  /// that are not due do not count.
  void drain();

  /// No call is taken or accepted any more. Running ones have `patience` to end, then they are
  /// asked to stop; submitted ones that were not begun, or that stopped, wait in the queue again.
  /// Returns when no function runs. Several threads may call it: the least patience counts, and all
  /// return at the end. A bound function must not, nor drain(): they would wait for themselves.
  void stop(std::chrono::milliseconds patience = std::chrono::milliseconds{0});

  struct Implementation;

 private:
  void bind_function(std::string_view fn_id, Function function, const FunctionOptions& options);
  Implementation& own() const;
  std::unique_ptr<Implementation> implementation_;
};

/// A command to run as a sync call: argv without a shell, found along PATH.
struct CommandRequest {
  std::string fn_id{};
  std::string app_id{};
  std::vector<std::string> argv{};         ///< not empty; argv[0] is the program
  std::chrono::seconds timeout{0};         ///< 0: none
  std::uint64_t memory = 0;                ///< MiB, 0: unlimited; enforced with RLIMIT_AS
  std::vector<std::string> environment{};  ///< names passed on besides PATH, HOME, LANG, TZ, ...
};

struct CommandOptions {
  std::chrono::milliseconds grace{2'000};            ///< between TERM and KILL
  std::chrono::milliseconds sample_interval{1'000};  ///< between two samples of stats
  std::size_t log_bytes = std::size_t{1} << 20;      ///< kept of stderr; the rest is passed on only
};

/// How a command ended, for whoever has to exit like it.
struct CommandResult {
  Call call;            ///< as recorded
  int exit_status = 0;  ///< its own; 128 + signal; 124 timeout; 126 not executable; 127 not found
  /// The signal to this process that ended the command when it was passed on, or the SIGKILL that
  /// followed it did; 0: none, or the command caught it and ended by itself.
  int ended_by = 0;
};

/// Runs a command in a process group of its own and records it: `running` before it starts, its
/// end, stats and log after. Its stdin, stdout and stderr are the caller's, all other descriptors
/// are closed; stderr is copied into the log. A timeout (SIGTERM) or a SIGINT, SIGTERM, SIGHUP or
/// SIGQUIT to this process, which is passed on, ends the whole group: the signal, a grace, SIGKILL.
/// After a signal passed on, a command that does not end with status 0 is `cancelled`. When the
/// command ends by itself, processes it left in the background are let be, but not their stderr.
/// The controlling terminal, if there is one, is lent to a command that wants to read from it.
/// Any thread may call it, several at once; handlers for those signals and for SIGCHLD stand
/// during the call, and those of the program that they replace are still run.
/// Throws Error for the store, a request that makes no sense (`invalid`: nothing was run or
/// recorded), or when this process has no descriptors left; a command's own failure is data.
CommandResult run_command(Store& store, const CommandRequest& request,
                          const CommandOptions& options = {});

}  // namespace fnstore

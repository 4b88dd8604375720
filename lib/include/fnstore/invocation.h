#pragma once

#include "fnstore/call.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace fnstore {

/// What a function gets when it is called: its input, and where to leave stats and log lines. It is
/// good until the function returns; stat() and log() may be used by any of its threads.
class Invocation {
 public:
  /// Made by the Executor. `log_bytes`: how much of the log is kept.
  Invocation(const Call& call, int attempt, std::optional<Timestamp> deadline, std::stop_token stop,
             std::size_t log_bytes);
  ~Invocation();
  Invocation(const Invocation&) = delete;
  Invocation& operator=(const Invocation&) = delete;

  /// The call as it is recorded, with all request fields.
  const Call& call() const noexcept { return call_; }
  std::string_view payload() const noexcept { return call_.payload; }
  std::string_view call_id() const noexcept { return call_.id; }
  std::string_view fn_id() const noexcept { return call_.fn_id; }

  /// From 1; higher when a worker that had the call before was lost or handed it back.
  int attempt() const noexcept { return attempt_; }

  /// When the call should have ended; absent: no timeout.
  std::optional<Timestamp> deadline() const noexcept { return deadline_; }

  /// Asked to stop at the deadline, when the call is cancelled or taken back, and when the executor
  /// stops. A function that returns all the same has its result recorded where that is still
  /// allowed: after the deadline it is not.
  const std::stop_token& stop_token() const noexcept { return stop_; }

  /// Adds a metric to the call's stats. What is added within the same millisecond is one sample;
  /// a name that comes twice in it keeps the later value. Throws `invalid` for a name that is no
  /// metric's.
  void stat(std::string_view name, std::uint64_t value);

  /// Appends to the call's log. What goes beyond the limit is counted, not kept.
  void log(std::string_view bytes);

  /// For the Executor, when the function has returned.
  Stats take_stats();
  std::optional<std::string> take_log();

 private:
  struct Record;

  const Call& call_;
  int attempt_;
  std::optional<Timestamp> deadline_;
  std::stop_token stop_;
  std::size_t log_bytes_;
  std::mutex mutex_;                // guards what record_ points to
  std::unique_ptr<Record> record_;  // made when something is recorded
};

/// A function that can be bound: what it returns is the call's result, what it throws its error.
using Function = std::function<std::string(Invocation&)>;

/// Wraps a callable that returns nothing, or anything a std::string can be made from.
template <typename Callable>
Function as_function(Callable callable) {
  if constexpr (std::is_void_v<std::invoke_result_t<Callable&, Invocation&>>) {
    return [callable = std::move(callable)](Invocation& invocation) mutable {
      callable(invocation);
      return std::string();
    };
  } else {
    return [callable = std::move(callable)](Invocation& invocation) mutable {
      return std::string(callable(invocation));
    };
  }
}

}  // namespace fnstore

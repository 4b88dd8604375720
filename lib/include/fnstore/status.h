#pragma once

#include <cstdint>
#include <string_view>

namespace fnstore {

/// The state of a call. Stored: never change a number.
enum class Status : std::uint8_t {
  delayed = 0,
  queued = 1,
  running = 2,
  success = 3,
  error = 4,
  cancelled = 5,
};
inline constexpr int status_count = 6;

/// How a call was asked for. Stored: never change a number.
enum class CallType : std::uint8_t {
  none = 0,  ///< printed as the empty string
  sync = 1,
  async = 2,
  detached = 3,
};
inline constexpr int call_type_count = 4;

std::string_view to_string(Status status) noexcept;
std::string_view to_string(CallType type) noexcept;

/// Both throw `invalid`, naming the text and the words allowed.
Status parse_status(std::string_view text);
CallType parse_call_type(std::string_view text);

/// success, error and cancelled are final: such a call never changes again.
constexpr bool is_finished(Status status) noexcept {
  return status >= Status::success;
}

/// Whether the state machine lets a call go from one state to the other in one step:
/// delayed->queued, delayed|queued->running, running->success|error,
/// delayed|queued|running->cancelled, running->queued.
bool is_legal_transition(Status from, Status to) noexcept;

}  // namespace fnstore

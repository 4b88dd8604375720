#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace fnstore {

/// A moment in UTC with millisecond resolution. Years 1 to 9999 can be stored and printed.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

inline constexpr Timestamp earliest_timestamp{std::chrono::milliseconds{-62'135'596'800'000}};
inline constexpr Timestamp latest_timestamp{std::chrono::milliseconds{253'402'300'799'999}};

/// RFC 3339 in UTC with exactly three decimals: "2019-04-05T00:05:00.250Z".
/// Throws `invalid` for a time outside years 1 to 9999.
std::string format_rfc3339(Timestamp time);

/// Parses RFC 3339 with any offset and any number of decimals; what is finer than a millisecond
/// is cut off (towards the past). A leap second (":60", which is 23:59:60 in UTC) is taken as the
/// last millisecond of its minute. Throws `invalid`, naming the text, for anything else.
Timestamp parse_rfc3339(std::string_view text);

/// Source of the current time. The store and the executor read time only through a Clock, so a
/// test can supply its own. Implementations must be safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

/// The operating system's real-time clock. The returned reference lives for the whole program.
const Clock& system_clock() noexcept;

}  // namespace fnstore

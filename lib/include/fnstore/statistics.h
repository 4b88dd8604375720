#pragma once

#include "fnstore/call_filter.h"
#include "fnstore/status.h"
#include "fnstore/timestamp.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fnstore {

/// What statistics tell apart.
enum class GroupBy { nothing, function, app, type, hour, day };

/// The durations above the bucket before and at most `up_to`.
struct DurationBucket {
  std::int64_t up_to = 0;  ///< milliseconds: 0, 1, 2, 5, 10, 20, 50, ...
  std::uint64_t calls = 0;

  friend bool operator==(const DurationBucket&, const DurationBucket&) = default;
};

/// Durations in milliseconds. Nothing is sampled or rounded: a percentile is a duration that
/// occurred, the least that so many percent of the calls did not exceed (nearest rank). A duration
/// is negative where a clock was set back between the two times.
struct DurationSummary {
  std::uint64_t calls = 0;  ///< that have such a duration; all else is 0 without any
  std::int64_t total = 0;   ///< at the limits of the type where it would be beyond
  double mean = 0;
  std::int64_t p50 = 0;
  std::int64_t p90 = 0;
  std::int64_t p99 = 0;
  std::int64_t max = 0;
  std::vector<DurationBucket> histogram{};  ///< from the first to the last one that is not empty

  friend bool operator==(const DurationSummary&, const DurationSummary&) = default;
};

/// What is known of some calls together.
struct CallSummary {
  /// The function, the app's id, the type, or the start of the hour or day in RFC 3339 (UTC).
  std::string key{};
  std::array<std::uint64_t, status_count> by_status{};  ///< index: Status
  DurationSummary run{};                                ///< from started_at to completed_at
  DurationSummary wait{};                               ///< from created_at to started_at

  std::uint64_t calls() const noexcept;
  std::uint64_t count(Status status) const noexcept {
    return by_status[static_cast<std::size_t>(status)];
  }
  /// Calls that ended in `error`, as a part of all that have ended; 0 when none has.
  double error_rate() const noexcept;

  friend bool operator==(const CallSummary&, const CallSummary&) = default;
};

/// Why calls failed or were cancelled: the part of their error before ": " when that is one of the
/// reasons of the model (`timeout`, `killed`, `bad_exit`, `client_request`, `lost`, `not_placed`),
/// else the first line of the error.
struct ErrorReason {
  std::string text{};  ///< empty: no reason was given
  std::uint64_t calls = 0;

  friend bool operator==(const ErrorReason&, const ErrorReason&) = default;
};

struct TimelinePoint {
  Timestamp from{};  ///< it reaches to the next one's
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;

  friend bool operator==(const TimelinePoint&, const TimelinePoint&) = default;
};

struct StatisticsRequest {
  CallFilter filter{};  ///< cursor and per_page do not matter
  GroupBy by = GroupBy::nothing;
  std::size_t timeline_points = 0;  ///< at most so many, 0 to 10000; 0: no timeline is made
  /// Called now and then, by the thread that asked, with calls looked at and to look at.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

/// Exact numbers of one moment of the store.
struct Statistics {
  CallSummary all{};
  std::vector<CallSummary> groups{};  ///< rising by key; by app, type and function: bytewise
  /// The most frequent first. At most limits::error_reasons different ones are told apart.
  std::vector<ErrorReason> reasons{};
  std::uint64_t other_reasons = 0;  ///< calls whose reason came after so many others
  /// Of the calls' created_at, from the first call to the last one, in steps of one length;
  /// the first is cut short where it would begin before the year 1.
  std::vector<TimelinePoint> timeline{};
  std::chrono::milliseconds timeline_step{0};
};

}  // namespace fnstore

#pragma once

#include "fnstore/statistics.h"

#include "codec/call_entry.h"
#include "model/distribution.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// Counts and durations of calls that are summed up together.
class Tally {
 public:
  void count(Status status, std::uint64_t calls = 1) {
    by_status_[static_cast<std::size_t>(status)] += calls;
  }
  /// Either may be no_time.
  void add_durations(std::int64_t wait, std::int64_t run) {
    if (wait != codec::no_time) wait_.add(wait);
    if (run != codec::no_time) run_.add(run);
  }
  /// Of as many calls each.
  void add_durations(std::span<const std::int64_t> waits, std::span<const std::int64_t> runs) {
    for (const std::int64_t wait : waits) add_durations(wait, codec::no_time);
    for (const std::int64_t run : runs) add_durations(codec::no_time, run);
  }
  void add(const Tally& other);

  CallSummary summary(std::string key) const;

 private:
  std::array<std::uint64_t, status_count> by_status_{};
  Distribution wait_;
  Distribution run_;
};

/// Counts of error reasons; memory is bounded by limits::error_reasons.
class ReasonCounts {
 public:
  void add(std::string_view error, std::uint64_t calls);

  /// Moves what was counted into the statistics.
  void report(Statistics& statistics);

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;
  std::uint64_t others_ = 0;
};

/// Calls and errors over time, in equal steps of a natural length.
class Timeline {
 public:
  Timeline() = default;
  /// For calls created from `first` to `last` (milliseconds since 1970), in at most `points` steps.
  Timeline(std::int64_t first, std::int64_t last, std::size_t points);

  bool wanted() const noexcept { return step_ > 0; }
  bool in_one_step(std::int64_t first, std::int64_t last) const noexcept {
    return place(first) == place(last);
  }
  /// Times outside of what it was made for count for its ends.
  void add(std::int64_t created, std::uint64_t calls, std::uint64_t errors);
  /// A call at each of these times.
  void add(std::span<const std::int64_t> created);

  void report(Statistics& statistics);

 private:
  std::size_t place(std::int64_t created) const noexcept;

  std::int64_t first_ = 0;
  std::int64_t step_ = 0;
  std::vector<TimelinePoint> points_;
};

/// The greatest multiple of `step` at or below a time.
inline std::int64_t floor_to(std::int64_t time, std::int64_t step) noexcept {
  return time - ((time % step) + step) % step;
}

}  // namespace fnstore::sqlite

#pragma once

#include "terminal.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace fnstore::query {

/// What is counted while the work goes on.
enum class ProgressUnit { calls, bytes };

/// A line on standard error that says how far long work is: a bar, the rate, the time left. On
/// anything but a terminal it says nothing at all, on one that is `dumb` only the outcome.
class Progress {
 public:
  /// `verb` such as "import". `total` in the unit of update()'s `done`; without it there is no bar
  /// and no time left. With `quiet` it says nothing: for data that goes to the same terminal.
  Progress(std::string verb, std::optional<std::uint64_t> total, const Terminal& terminal,
           bool quiet = false);
  Progress(std::string verb, std::optional<std::uint64_t> total, const Terminal& terminal,
           ProgressUnit unit);

  /// Clears an unfinished line, so that an error starts on a clean one.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// For work that learns of its total late.
  void set_total(std::uint64_t total) { total_ = total; }

  /// Cheap enough for every call: it looks at the clock, and draws ten times a second.
  void update(std::uint64_t done, std::uint64_t count);

  /// Replaces the line by the outcome.
  void finish(std::uint64_t count);

 private:
  using SteadyClock = std::chrono::steady_clock;

  std::string with_unit(std::string count) const;
  void draw(std::uint64_t done, std::uint64_t count, SteadyClock::time_point now);
  double seconds_since_start(SteadyClock::time_point now) const;

  std::string verb_;
  std::optional<std::uint64_t> total_;
  Terminal terminal_;
  bool shown_;
  ProgressUnit unit_ = ProgressUnit::calls;
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point next_draw_ = start_;
  bool drawn_ = false;
};

/// "950", "12.3k", "1.2M", "3.4G": a number in few columns.
std::string short_count(double count);

/// "0:07", "12:34", "3:05:00".
std::string clock_time(double seconds);

}  // namespace fnstore::query

#include "sqlite/tally.h"

#include "fnstore/limits.h"

#include "model/error_reason.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr std::int64_t second = 1'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

constexpr std::array steps{second,      5 * second,  15 * second, 30 * second, minute,   5 * minute,
                           15 * minute, 30 * minute, hour,        3 * hour,    6 * hour, 12 * hour,
                           day,         2 * day,     7 * day,     14 * day,    28 * day, 91 * day,
                           364 * day,   3'640 * day, 36'400 * day};

std::size_t steps_between(std::int64_t first, std::int64_t last, std::int64_t step) {
  return static_cast<std::size_t>((floor_to(last, step) - floor_to(first, step)) / step) + 1;
}

/// The shortest natural step that needs at most `points` of them; else whole multiples of the last.
std::int64_t step_for(std::int64_t first, std::int64_t last, std::size_t points) {
  for (const std::int64_t step : steps) {
    if (steps_between(first, last, step) <= points) return step;
  }
  std::int64_t step = steps.back();
  while (steps_between(first, last, step) > points && points > 1) step *= 2;
  return points > 1 ? step : latest_timestamp.time_since_epoch().count() * 4;
}

}  // namespace

void Tally::add(const Tally& other) {
  for (std::size_t i = 0; i < by_status_.size(); ++i) by_status_[i] += other.by_status_[i];
  wait_.add(other.wait_);
  run_.add(other.run_);
}

CallSummary Tally::summary(std::string key) const {
  return {std::move(key), by_status_, run_.summary(), wait_.summary()};
}

void ReasonCounts::add(std::string_view error, std::uint64_t calls) {
  const std::string_view reason = error_reason(error);
  const auto known = counts_.find(reason);
  if (known != counts_.end()) {
    known->second += calls;
  } else if (counts_.size() < limits::error_reasons) {
    counts_.emplace(reason, calls);
  } else {
    others_ += calls;
  }
}

void ReasonCounts::report(Statistics& statistics) {
  for (auto& [text, calls] : counts_) statistics.reasons.push_back({text, calls});
  std::ranges::sort(statistics.reasons, [](const ErrorReason& a, const ErrorReason& b) {
    return a.calls != b.calls ? a.calls > b.calls : a.text < b.text;
  });
  statistics.other_reasons = others_;
}

Timeline::Timeline(std::int64_t first, std::int64_t last, std::size_t points)
    : step_(step_for(first, last, points)) {
  const std::int64_t earliest = earliest_timestamp.time_since_epoch().count();
  first_ = floor_to(first, step_);
  points_.resize(std::min(points, steps_between(first, last, step_)));  // 1970 parts any step
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const std::int64_t from = first_ + static_cast<std::int64_t>(i) * step_;
    points_[i].from = Timestamp(std::chrono::milliseconds(std::max(from, earliest)));
  }
}

std::size_t Timeline::place(std::int64_t created) const noexcept {
  if (created <= first_) return 0;
  return std::min(static_cast<std::size_t>((created - first_) / step_), points_.size() - 1);
}

void Timeline::add(std::int64_t created, std::uint64_t calls, std::uint64_t errors) {
  TimelinePoint& point = points_[place(created)];
  point.calls += calls;
  point.errors += errors;
}

void Timeline::add(std::span<const std::int64_t> created) {
  std::uint64_t calls = 0;
  std::size_t point = 0;
  std::int64_t from = 1;  // of the times that surely belong to the point; none at first
  std::int64_t to = 0;
  for (const std::int64_t time : created) {
    if (time < from || time >= to) {  // neighbours mostly share a step, and a division is slow
      points_[point].calls += calls;
      calls = 0;
      point = place(time);
      from = first_ + static_cast<std::int64_t>(point) * step_;
      to = from + step_;
    }
    ++calls;
  }
  points_[point].calls += calls;
}

void Timeline::report(Statistics& statistics) {
  statistics.timeline = std::move(points_);
  statistics.timeline_step = std::chrono::milliseconds(step_);
}

}  // namespace fnstore::sqlite

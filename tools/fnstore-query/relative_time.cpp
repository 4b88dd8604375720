#include "relative_time.h"

#include <cstdint>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t year = 365 * day;

std::string in_one_unit(std::int64_t seconds) {
  if (seconds < minute) return fmt::format("{}s", seconds);
  if (seconds < hour) return fmt::format("{}m", seconds / minute);
  if (seconds < 2 * day) return fmt::format("{}h", seconds / hour);
  if (seconds < 2 * year) return fmt::format("{}d", seconds / day);
  return fmt::format("{}y", seconds / year);
}

}  // namespace

std::string relative_time(Timestamp time, Timestamp now) {
  const std::int64_t seconds = (now - time).count() / 1'000;
  if (seconds == 0) return "now";
  return seconds > 0 ? in_one_unit(seconds) + " ago" : "in " + in_one_unit(-seconds);
}

}  // namespace fnstore::query

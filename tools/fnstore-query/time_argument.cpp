#include "time_argument.h"

#include "fnstore/error.h"

#include "failure.h"
#include "harmless.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>

namespace fnstore::query {
namespace {

using std::chrono::milliseconds;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Further away from any now than every legal time.
constexpr std::int64_t too_many_seconds = 1'000'000'000'000;

/// All of the text as digits, at most too_many_seconds; nothing when it is anything else.
std::optional<std::int64_t> parse_digits(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end) return std::nullopt;
  return error == std::errc{} ? std::min(value, too_many_seconds) : too_many_seconds;
}

std::optional<std::int64_t> unit_seconds(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3'600;
    case 'd':
      return 86'400;
    case 'w':
      return 604'800;
    default:
      return std::nullopt;
  }
}

std::optional<milliseconds> parse_age(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto unit = unit_seconds(text.back());
  const auto count = parse_digits(text.substr(0, text.size() - 1));
  if (!unit || !count) return std::nullopt;
  return milliseconds{std::min(*count, too_many_seconds / *unit) * *unit * 1'000};
}

std::optional<milliseconds> parse_epoch(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const auto whole = parse_digits(text.substr(0, point));
  if (!whole) return std::nullopt;
  std::int64_t value = *whole * 1'000;
  bool finer = false;
  if (point != std::string_view::npos) {
    const std::string_view decimals = text.substr(point + 1);
    if (decimals.empty()) return std::nullopt;
    std::int64_t weight = 100;
    for (const char c : decimals) {
      if (!is_digit(c)) return std::nullopt;
      value += (c - '0') * weight;
      finer = finer || (weight == 0 && c != '0');
      weight /= 10;
    }
  }
  return milliseconds{negative ? -value - (finer ? 1 : 0) : value};
}

bool in_range(Timestamp time) {
  return time >= earliest_timestamp && time <= latest_timestamp;
}

}  // namespace

Timestamp parse_time_argument(std::string_view option, std::string_view text, Timestamp now) {
  std::optional<Timestamp> time;
  if (const auto age = parse_age(text)) {
    time = now - *age;
  } else if (const auto epoch = parse_epoch(text)) {
    time = Timestamp{*epoch};
  } else {
    try {
      return parse_rfc3339(text);
    } catch (const Error&) {
      throw UsageError(fmt::format(
          "{}: {} is not a time; give RFC 3339 (2019-04-05T00:05:00Z), seconds since 1970 "
          "(1554422700) or an age (90s, 15m, 36h, 7d)",
          option, in_quotes(text)));
    }
  }
  if (!in_range(*time)) {
    throw UsageError(fmt::format("{}: {} is outside the years 1 to 9999", option, in_quotes(text)));
  }
  return *time;
}

std::chrono::milliseconds parse_age_argument(std::string_view option, std::string_view text) {
  if (const auto age = parse_age(text)) return *age;
  throw UsageError(
      fmt::format("{}: {} is not an age; give 90s, 15m, 36h, 7d or 2w", option, in_quotes(text)));
}

}  // namespace fnstore::query

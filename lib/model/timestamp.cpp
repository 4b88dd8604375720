#include "fnstore/timestamp.h"

#include "fnstore/error.h"

#include "model/quote.h"
#include "model/rfc3339.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>

namespace fnstore {
namespace {

using std::chrono::milliseconds;

class SystemClock final : public Clock {
 public:
  Timestamp now() const override {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  }
};

void put_digits(char* at, unsigned value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error(Errc::invalid,
              fmt::format("time {} {}; write it like 2019-04-05T00:05:00.250Z", quote(text), why));
}

// Walks over the text from left to right; every step refuses the whole text by its own reason.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  unsigned number(std::size_t digits, unsigned least, unsigned most, std::string_view what) {
    unsigned value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!at_digit()) refuse(text_, fmt::format("has no {}-digit {}", digits, what));
      value = value * 10 + static_cast<unsigned>(text_[at_++] - '0');
    }
    if (value < least || value > most) {
      refuse(text_, fmt::format("has {} {} instead of {} to {}", what, value, least, most));
    }
    return value;
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c, std::string_view where) {
    if (!take(c)) refuse(text_, fmt::format("has no '{}' {}", c, where));
  }

  // What stands behind the point, in milliseconds; further digits are cut off.
  unsigned decimals() {
    if (!at_digit()) refuse(text_, "has no digit after the point");
    unsigned value = 0;
    unsigned unit = 100;
    for (; at_digit(); ++at_) {
      value += static_cast<unsigned>(text_[at_] - '0') * unit;
      unit /= 10;
    }
    return value;
  }

  void expect_end() const {
    if (at_ != text_.size()) refuse(text_, "goes on after the offset");
  }

  std::string_view text() const { return text_; }

 private:
  bool at_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::chrono::sys_days read_date(Reader& reader) {
  const unsigned year = reader.number(4, 0, 9999, "year");
  reader.expect('-', "after the year");
  const unsigned month = reader.number(2, 1, 12, "month");
  reader.expect('-', "after the month");
  const unsigned day = reader.number(2, 1, 31, "day");
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                         std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) refuse(reader.text(), fmt::format("has a day {} its month does not have", day));
  return date;
}

std::chrono::minutes read_offset(Reader& reader) {
  if (reader.take('Z') || reader.take('z')) return {};
  const bool west = reader.take('-');
  if (!west && !reader.take('+')) refuse(reader.text(), "has no offset (Z or +hh:mm) at its end");
  const std::chrono::hours hours{reader.number(2, 0, 23, "offset hour")};
  reader.expect(':', "in the offset");
  const std::chrono::minutes offset =
      hours + std::chrono::minutes{reader.number(2, 0, 59, "offset minute")};
  return west ? -offset : offset;
}

}  // namespace

std::string format_rfc3339(Timestamp time) {
  std::string text;
  append_rfc3339(text, time);
  return text;
}

void append_rfc3339(std::string& out, Timestamp time) {
  if (time < earliest_timestamp || time > latest_timestamp) {
    throw Error(Errc::invalid, fmt::format("time {} ms since 1970 is outside the years 1 to 9999",
                                           time.time_since_epoch().count()));
  }
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{days};
  const auto of_day = static_cast<unsigned>((time - days).count());
  char text[] = "0000-00-00T00:00:00.000Z";
  put_digits(&text[0], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(&text[5], static_cast<unsigned>(date.month()), 2);
  put_digits(&text[8], static_cast<unsigned>(date.day()), 2);
  put_digits(&text[11], of_day / 3'600'000, 2);
  put_digits(&text[14], of_day / 60'000 % 60, 2);
  put_digits(&text[17], of_day / 1'000 % 60, 2);
  put_digits(&text[20], of_day % 1'000, 3);
  out.append(text, sizeof text - 1);
}

Timestamp parse_rfc3339(std::string_view text) {
  Reader reader(text);
  const std::chrono::sys_days date = read_date(reader);
  if (!reader.take('T') && !reader.take('t')) reader.expect(' ', "or 'T' after the date");
  const std::chrono::hours hour{reader.number(2, 0, 23, "hour")};
  reader.expect(':', "after the hour");
  const std::chrono::minutes minute{reader.number(2, 0, 59, "minute")};
  reader.expect(':', "after the minute");
  const unsigned second = reader.number(2, 0, 60, "second");
  const unsigned decimals = reader.take('.') ? reader.decimals() : 0;
  const auto start_of_minute = date + hour + minute - read_offset(reader);
  reader.expect_end();

  const bool leap_second = second == 60;
  if (leap_second && start_of_minute - std::chrono::floor<std::chrono::days>(start_of_minute) !=
                         std::chrono::minutes{23 * 60 + 59}) {
    refuse(text, "has second 60, which only the last minute of a UTC day can have");
  }
  const milliseconds in_minute{leap_second ? 59'999 : second * 1'000 + decimals};
  const Timestamp time = start_of_minute + in_minute;
  if (time < earliest_timestamp || time > latest_timestamp) {
    refuse(text, "is outside the years 1 to 9999 in UTC");
  }
  return time;
}

const Clock& system_clock() noexcept {
  static const SystemClock clock;
  return clock;
}

}  // namespace fnstore

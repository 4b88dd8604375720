#include "fnstore/timestamp.h"

#include "refusal.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;

namespace {

Timestamp at(std::int64_t milliseconds) {
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

std::int64_t parsed(const std::string& text) {
  return parse_rfc3339(text).time_since_epoch().count();
}

}  // namespace

TEST_CASE("times are printed with three decimals and Z") {
  CHECK(format_rfc3339(at(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(format_rfc3339(at(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(format_rfc3339(at(1'554'422'700'250)) == "2019-04-05T00:05:00.250Z");
  CHECK(format_rfc3339(at(951'782'400'000)) == "2000-02-29T00:00:00.000Z");
  CHECK(format_rfc3339(earliest_timestamp) == "0001-01-01T00:00:00.000Z");
  CHECK(format_rfc3339(latest_timestamp) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("times outside of the years 1 to 9999 are not printed") {
  CHECK(refusal([] { format_rfc3339(earliest_timestamp - std::chrono::milliseconds{1}); }) ==
        "invalid: time -62135596800001 ms since 1970 is outside the years 1 to 9999");
  CHECK(refusal([] { format_rfc3339(latest_timestamp + std::chrono::milliseconds{1}); }) ==
        "invalid: time 253402300800000 ms since 1970 is outside the years 1 to 9999");
  CHECK(refusal([] { format_rfc3339(Timestamp::max()); }) != "no error");
  CHECK(refusal([] { format_rfc3339(Timestamp::min()); }) != "no error");
}

TEST_CASE("times that are read") {
  const std::vector<std::pair<std::string, std::int64_t>> readings{
      {"2019-04-05T00:05:00.250Z", 1'554'422'700'250},
      {"2019-04-05T00:05:00.25Z", 1'554'422'700'250},
      {"2019-04-05T00:05:00Z", 1'554'422'700'000},
      {"2019-04-05t00:05:00z", 1'554'422'700'000},
      {"2019-04-05 00:05:00Z", 1'554'422'700'000},
      {"2019-04-05T02:05:00+02:00", 1'554'422'700'000},
      {"2019-04-04T18:35:00.5-05:30", 1'554'422'700'500},
      {"2019-04-05T00:05:00-00:00", 1'554'422'700'000},
      {"2019-04-05T23:04:00+22:59", 1'554'422'700'000},
      {"2019-04-06T00:04:00+23:59", 1'554'422'700'000},
      {"2019-04-04T00:06:00-23:59", 1'554'422'700'000},
      {"1970-01-01T00:00:00.0009999999Z", 0},
      {"1970-01-01T00:00:00.9999Z", 999},
      {"1969-12-31T23:59:59.9999Z", -1},  // cut off towards the past
      {"1969-12-31T23:59:59.0001Z", -1'000},
      {"1970-01-01T00:00:00." + std::string(10'000, '9') + "Z", 999},
      {"2000-02-29T00:00:00Z", 951'782'400'000},
      {"2024-02-29T12:00:00Z", 1'709'208'000'000},
      {"1990-12-31T23:59:60Z", 662'687'999'999},
      {"1990-12-31T15:59:60.123-08:00", 662'687'999'999},
      {"1991-01-01T00:59:60+01:00", 662'687'999'999},
      {"0001-01-01T00:00:00Z", -62'135'596'800'000},
      {"0000-12-31T23:00:00-01:00", -62'135'596'800'000},
      {"0001-01-01T01:00:00+01:00", -62'135'596'800'000},
      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
      {"9999-12-31T23:59:60Z", 253'402'300'799'999},
  };
  for (const auto& [text, milliseconds] : readings) {
    INFO(text.substr(0, 64));
    CHECK(parsed(text) == milliseconds);
  }
}

TEST_CASE("times that are refused, and why") {
  const std::vector<std::pair<std::string, std::string>> refusals{
      {"", "has no 4-digit year"},
      {"now", "has no 4-digit year"},
      {"1554422700", "has no '-' after the year"},
      {"19-04-05T00:05:00Z", "has no 4-digit year"},
      {"02019-04-05T00:05:00Z", "has no '-' after the year"},
      {"+2019-04-05T00:05:00Z", "has no 4-digit year"},
      {"-2019-04-05T00:05:00Z", "has no 4-digit year"},
      {"10000-01-01T00:00:00Z", "has no '-' after the year"},
      {"2019/04/05T00:05:00Z", "has no '-' after the year"},
      {"20190405T000500Z", "has no '-' after the year"},
      {"2019-4-05T00:05:00Z", "has no 2-digit month"},
      {"2019-00-05T00:05:00Z", "has month 0 instead of 1 to 12"},
      {"2019-13-05T00:05:00Z", "has month 13 instead of 1 to 12"},
      {"2019-04-5T00:05:00Z", "has no 2-digit day"},
      {"2019-04-00T00:05:00Z", "has day 0 instead of 1 to 31"},
      {"2019-04-32T00:05:00Z", "has day 32 instead of 1 to 31"},
      {"2019-04-31T00:05:00Z", "has a day 31 its month does not have"},
      {"2019-02-29T00:00:00Z", "has a day 29 its month does not have"},
      {"1900-02-29T00:00:00Z", "has a day 29 its month does not have"},
      {"2019-04-05", "has no ' ' or 'T' after the date"},
      {"2019-04-05_00:05:00Z", "has no ' ' or 'T' after the date"},
      {"2019-04-05T24:00:00Z", "has hour 24 instead of 0 to 23"},
      {"2019-04-05T00:60:00Z", "has minute 60 instead of 0 to 59"},
      {"2019-04-05T00:05Z", "has no ':' after the minute"},
      {"2019-04-05T00:05:61Z", "has second 61 instead of 0 to 60"},
      {"2019-04-05T00:05:60Z", "has second 60, which only the last minute of a UTC day can have"},
      {"2019-04-05T23:59:60+01:00",
       "has second 60, which only the last minute of a UTC day can have"},
      {"2019-04-05T00:05:00.Z", "has no digit after the point"},
      {"2019-04-05T00:05:00,5Z", "has no offset (Z or +hh:mm) at its end"},
      {"2019-04-05T00:05:00", "has no offset (Z or +hh:mm) at its end"},
      {"2019-04-05T00:05:00 Z", "has no offset (Z or +hh:mm) at its end"},
      {"2019-04-05T00:05:00+0200", "has no ':' in the offset"},
      {"2019-04-05T00:05:00+2:00", "has no 2-digit offset hour"},
      {"2019-04-05T00:05:00+24:00", "has offset hour 24 instead of 0 to 23"},
      {"2019-04-05T00:05:00+02:60", "has offset minute 60 instead of 0 to 59"},
      {"2019-04-05T00:05:00+02", "has no ':' in the offset"},
      {"2019-04-05T00:05:00ZZ", "goes on after the offset"},
      {"2019-04-05T00:05:00Z ", "goes on after the offset"},
      {" 2019-04-05T00:05:00Z", "has no 4-digit year"},
      {"0000-12-31T23:59:59Z", "is outside the years 1 to 9999 in UTC"},
      {"0001-01-01T00:00:00+00:01", "is outside the years 1 to 9999 in UTC"},
      {"9999-12-31T23:59:59-00:01", "is outside the years 1 to 9999 in UTC"},
      {"2019-04-0\xEF\xBC\x95T00:05:00Z", "has no 2-digit day"},
  };
  for (const auto& refused : refusals) {
    const auto& text = refused.first;
    const auto& why = refused.second;
    INFO(text);
    const std::string expected =
        "invalid: time \"" + text + "\" " + why + "; write it like 2019-04-05T00:05:00.250Z";
    CHECK(refusal([&] { parse_rfc3339(text); }) == expected);
  }
}

TEST_CASE("a NUL in a time is refused and shown") {
  const std::string text("2019-04-05T00:05:00Z\0", 21);
  CHECK(refusal([&] { parse_rfc3339(text); }) ==
        "invalid: time \"2019-04-05T00:05:00Z\\x00\" goes on after the offset; write it like "
        "2019-04-05T00:05:00.250Z");
}

TEST_CASE("random times print as the C library prints them, and are read back") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> any(earliest_timestamp.time_since_epoch().count(),
                                                  latest_timestamp.time_since_epoch().count());
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t milliseconds = any(random);
    const std::string text = format_rfc3339(at(milliseconds));
    const std::int64_t of_second = ((milliseconds % 1000) + 1000) % 1000;
    const std::time_t seconds = (milliseconds - of_second) / 1000;
    std::tm parts{};
    REQUIRE(::gmtime_r(&seconds, &parts) != nullptr);
    char expected[64];
    std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec, static_cast<int>(of_second));
    REQUIRE(text == expected);
    REQUIRE(parsed(text) == milliseconds);
  }
}

TEST_CASE("the system clock shows the present") {
  const std::time_t before = std::time(nullptr);
  const Timestamp now = system_clock().now();
  const std::time_t after = std::time(nullptr);
  CHECK(now >= at((before - 1) * 1000));
  CHECK(now <= at((after + 1) * 1000));
  CHECK(&system_clock() == &system_clock());
}

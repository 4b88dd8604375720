#include "fnstore/call_id.h"

#include "model/call_id_sequence.h"
#include "refusal.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

constexpr std::uint64_t max48 = (std::uint64_t{1} << 48) - 1;
constexpr std::uint32_t max32 = 0xFFFF'FFFF;

using Number = boost::multiprecision::uint128_t;

Number number_of(const CallIdParts& parts) {
  return Number(parts.milliseconds) << 80 | Number(parts.machine) << 32 | parts.counter;
}

// The text form by plain division.
std::string divided(Number number) {
  const std::string alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text;
  for (int i = 0; i < 26; ++i, number /= 32) {
    text += alphabet[static_cast<std::size_t>(number % 32)];
  }
  std::reverse(text.begin(), text.end());
  return text;
}

CallIdParts random_parts(std::mt19937_64& random) {
  // Few distinct values in the upper parts, so that the lower ones decide too.
  return {random() % 3 ? random() & max48 : random() % 3,
          random() % 3 ? random() & max48 : random() % 3, static_cast<std::uint32_t>(random())};
}

}  // namespace

TEST_CASE("known ids") {
  CHECK(format_call_id({}) == "00000000000000000000000000");
  CHECK(format_call_id({max48, max48, max32}) == "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  CHECK(format_call_id({0, 0, 1}) == "00000000000000000000000001");
  CHECK(format_call_id({0, 1, 0}) == "00000000000000000004000000");
  CHECK(format_call_id({1, 0, 0}) == "00000000010000000000000000");
  CHECK(format_call_id({1'554'422'700'000, 0x0123'4567'89AB, 42}) ==
        divided(number_of({1'554'422'700'000, 0x0123'4567'89AB, 42})));
  CHECK(format_call_id({1'554'422'700'000, 0, 0}).substr(0, 10) == "01D7ND05Z0");
}

TEST_CASE("parts out of range are refused") {
  CHECK(refusal([] {
          format_call_id({max48 + 1, 0, 0});
        }) ==
        "invalid: call id part milliseconds is 281474976710656; the limit is 281474976710655");
  CHECK(refusal([] {
          format_call_id({0, max48 + 1, 0});
        }) == "invalid: call id part machine is 281474976710656; the limit is 281474976710655");
}

TEST_CASE("random ids: text and parts are the same, and sort as numbers do") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const CallIdParts a = random_parts(random);
    const CallIdParts b = random_parts(random);
    const std::string text = format_call_id(a);
    REQUIRE(text == divided(number_of(a)));
    REQUIRE(parse_call_id(text) == a);
    REQUIRE((text < format_call_id(b)) == (number_of(a) < number_of(b)));
  }
}

TEST_CASE("texts in another form are foreign ids") {
  const std::string good = "01D7N03MZ00000000000000001";
  REQUIRE(parse_call_id(good));
  CHECK_FALSE(parse_call_id(""));
  CHECK_FALSE(parse_call_id(good.substr(1)));
  CHECK_FALSE(parse_call_id(good + "0"));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = good;
      changed[i] = static_cast<char>(byte);
      const std::string alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
      const std::size_t digit = alphabet.find(changed[i]);
      const bool canonical = digit != std::string::npos && (i > 0 || digit <= 7);
      const auto parts = parse_call_id(changed);
      REQUIRE(parts.has_value() == canonical);
      if (parts) REQUIRE(format_call_id(*parts) == changed);
    }
  }
}

TEST_CASE("a sequence goes on above the last id") {
  CallIdSequence ids({1000, 7, 5});
  CHECK(ids.next(1000, 7) == CallIdParts{1000, 7, 6});
  CHECK(ids.next(999, 7) == CallIdParts{1000, 7, 7});  // the clock stepped back
  CHECK(ids.next(0, 7) == CallIdParts{1000, 7, 8});
  CHECK(ids.next(1001, 7) == CallIdParts{1001, 7, 0});
  CHECK(ids.next(1001, 7) == CallIdParts{1001, 7, 1});
  CHECK(ids.next(1001, 8) == CallIdParts{1001, 8, 0});
  CHECK(ids.next(1001, 3) == CallIdParts{1002, 3, 0});  // a lower machine, as after a fork
}

TEST_CASE("a full counter borrows the next millisecond") {
  CallIdSequence ids({1000, 7, max32 - 1});
  CHECK(ids.next(1000, 7) == CallIdParts{1000, 7, max32});
  CHECK(ids.next(1000, 7) == CallIdParts{1001, 7, 0});
  CHECK(ids.next(1000, 7) == CallIdParts{1001, 7, 1});
  CHECK(ids.next(1001, 7) == CallIdParts{1001, 7, 2});
  CHECK(ids.next(1002, 7) == CallIdParts{1002, 7, 0});
}

TEST_CASE("a sequence ends with the last millisecond") {
  CallIdSequence ids({max48, 7, max32 - 1});
  const std::string refused =
      "invalid: the clock stands past the last millisecond a call id can hold, in the year 10889";
  CHECK(ids.next(5, 7) == CallIdParts{max48, 7, max32});
  CHECK(refusal([&] { ids.next(5, 7); }) == refused);
  CHECK(refusal([] { CallIdSequence().next(max48 + 1, 7); }) == refused);
}

TEST_CASE("random clocks and machines never make a sequence step back") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  CallIdSequence ids({50, 3, max32 - 10});
  Number last = 0;
  for (int i = 0; i < 20'000; ++i) {
    const CallIdParts id = ids.next(random() % 100, random() % 20 ? 3 : random() % 5);
    REQUIRE((number_of(id) > last));
    last = number_of(id);
  }
}

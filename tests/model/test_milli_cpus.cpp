#include "fnstore/milli_cpus.h"

#include "refusal.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;

TEST_CASE("cpus are read exactly") {
  const std::vector<std::pair<std::string, int>> readings{
      {"", 0},
      {"0", 0},
      {"0m", 0},
      {"0.0", 0},
      {"100m", 100},
      {"0100m", 100},
      {"0.1", 100},
      {"0.10", 100},
      {"0.100", 100},
      {"0.100000", 100},
      {".5", 500},
      {"2.", 2000},
      {"0.001", 1},
      {"1m", 1},
      {"1", 1000},
      {"1.5", 1500},
      {"0.29", 290},  // 0.29 * 1000 is 290 only without binary fractions
      {"1.001", 1001},
      {"4.035", 4035},
      {"1024", 1'024'000},
      {"1024.000", 1'024'000},
      {"1024000m", 1'024'000},
      {"00000000000000000000000001", 1000},
  };
  for (const auto& [text, value] : readings) {
    INFO(text);
    CHECK(parse_milli_cpus(text).value == value);
  }
}

TEST_CASE("cpus that are refused, and why") {
  const std::string advice = "; write it as \"100m\" or \"0.1\"";
  const auto expect = [&](const std::string& text, const std::string& why) {
    CHECK(refusal([&] { parse_milli_cpus(text); }) ==
          "invalid: cpus \"" + text + "\" " + why + advice);
  };
  for (const char* text : {"-1", "+1", "1e3", "0x1", "1,5", "1.2.3", ".", " 1", "1 ", "1M", "cpu",
                           "١", "nan", "inf"}) {
    expect(text, "is not a number of processors");
  }
  for (const char* text : {"m", "-1m", "+1m", "1.5m", "1.0m", "1e3m", " 1m", "mm"}) {
    expect(text, "is not a whole number of thousandths of a processor");
  }
  for (const char* text : {"0.0001", "0.1001", "1.00000001", "0.0000000000000000000000001"}) {
    expect(text, "is finer than a thousandth of a processor");
  }
  for (const char* text : {"1024001m", "1024.001", "1025", "99999999999999999999999999",
                           "99999999999999999999999999m", "18446744073709551617m"}) {
    expect(text, "is above the limit of 1024000m");
  }
}

TEST_CASE("cpus are written in thousandths, and read back") {
  CHECK(format_milli_cpus({0}) == "0m");
  CHECK(format_milli_cpus({100}) == "100m");
  CHECK(format_milli_cpus({1'024'000}) == "1024000m");
  for (int value = 0; value <= 1'024'000; value += 997) {
    CHECK(parse_milli_cpus(format_milli_cpus({value})).value == value);
  }
}

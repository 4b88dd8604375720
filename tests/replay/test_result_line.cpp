#include "fnstore/error.h"

#include "result_line.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore::bench;

TEST_CASE("a result line has the agreed keys in the agreed order") {
  const Params params =
      Params().number("calls", 1000).flag("bulk", true) + Params().text("case", "ho\"t");
  CHECK(result_line({"page", "fnstore", params, "p50_us", "us"}, {4.25, 1, 1060000.12345}) ==
        R"({"workload":"page","engine":"fnstore","params":{"calls":1000,"bulk":true,)"
        R"("case":"ho\"t"},"metric":"p50_us","unit":"us","median":4.25,"min":1,)"
        R"("max":1060000.123,"runs":3})");
}

TEST_CASE("an even number of runs has the mean of the middle two as its median") {
  const std::string line = result_line({"w", "e", {}, "m", "u"}, {9, 1, 4, 2});
  CHECK_THAT(line, Catch::Contains(R"("params":{},)") && Catch::Contains(R"("median":3,"min":1,)"));
  CHECK_THAT(line, Catch::Contains(R"("max":9,"runs":4})"));
}

TEST_CASE("a figure without a value is refused") {
  CHECK_THROWS_AS(result_line({"w", "e", {}, "m", "u"}, {}), fnstore::Error);
}

TEST_CASE("a quantile is a value of the sample") {
  std::vector<double> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  CHECK(quantile(values, 0.5) == 50);
  CHECK(quantile(values, 0.99) == 99);
  CHECK(quantile(values, 1) == 100);
  CHECK(quantile(values, 0) == 1);
  std::vector<double> one{7};
  CHECK(quantile(one, 0.5) == 7);
}

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fnstore::bench {

/// The parameters a figure was measured with, in the order in which they are printed.
using Params = std::vector<std::pair<std::string, std::variant<std::uint64_t, bool, std::string>>>;

/// What was measured, without the values.
struct Measure {
  std::string_view workload;
  std::string_view engine;
  Params params;
  std::string_view metric;
  std::string_view unit;
};

/// {"workload":W,"engine":E,"params":{...},"metric":M,"unit":U,"median":X,"min":X,"max":X,"runs":N}
/// for one value a run; an even number of runs has the mean of the middle two as its median.
/// Numbers are rounded to three decimals. Throws `invalid` when there is no value.
std::string result_line(const Measure& measure, std::vector<double> values);

/// The value that `share` (0 to 1) of the values do not exceed; `values` is not empty.
double quantile(std::vector<double>& values, double share);

/// The same params with one more at the end.
Params with(Params params, std::string name, std::string value);

}  // namespace fnstore::bench

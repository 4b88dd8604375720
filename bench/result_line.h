#pragma once

#include "params.h"

#include <string>
#include <string_view>
#include <vector>

namespace fnstore::bench {

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

}  // namespace fnstore::bench

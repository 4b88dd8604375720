#include "result_line.h"

#include "fnstore/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>

namespace fnstore::bench {
namespace {

/// Without an exponent: people read these lines.
std::string number(double value) {
  std::string text = fmt::format("{:.3f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

double median(const std::vector<double>& sorted) {
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

std::string result_line(const Measure& measure, std::vector<double> values) {
  if (values.empty()) {
    throw Error(Errc::invalid, fmt::format("no value of {} was measured", measure.metric));
  }
  std::sort(values.begin(), values.end());
  return fmt::format(
      R"({{"workload":{},"engine":{},"params":{},"metric":{},"unit":{},"median":{},"min":{},)"
      R"("max":{},"runs":{}}})",
      quoted(measure.workload), quoted(measure.engine), measure.params.json(),
      quoted(measure.metric), quoted(measure.unit), number(median(values)), number(values.front()),
      number(values.back()), values.size());
}

double quantile(std::vector<double>& values, double share) {
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  const auto index = static_cast<std::size_t>(std::max(rank - 1.0, 0.0));
  const auto wanted = values.begin() + static_cast<std::ptrdiff_t>(index);
  std::nth_element(values.begin(), wanted, values.end());
  return *wanted;
}

}  // namespace fnstore::bench

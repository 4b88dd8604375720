#include "report.h"

#include <cstdio>
#include <utility>

namespace fnstore::bench {
namespace {

void print(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

}  // namespace

void Report::add(std::string_view metric, std::string_view unit, std::vector<double> values,
                 const Params& extra) const {
  print(result_line({workload_, engine_, params_ + extra, metric, unit}, std::move(values)));
}

void Report::add_machine(std::string_view metric, std::string_view unit, std::vector<double> values,
                         Params params) const {
  print(result_line({workload_, "machine", std::move(params), metric, unit}, std::move(values)));
}

}  // namespace fnstore::bench

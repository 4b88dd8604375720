#pragma once

#include "result_line.h"
#include "settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace fnstore::bench {

/// Prints result lines to stdout, each at once.
class Report {
 public:
  Report(const Settings& settings, Params params)
      : Report(settings, settings.engine, std::move(params)) {}
  Report(const Settings& settings, std::string_view engine, Params params)
      : workload_(settings.workload), engine_(engine), params_(std::move(params)) {}

  /// One value a run. `extra` goes after the params every line has.
  void add(std::string_view metric, std::string_view unit, std::vector<double> values,
           const Params& extra = {}) const;

  /// The same about the machine itself.
  void add_machine(std::string_view metric, std::string_view unit, std::vector<double> values,
                   Params params) const;

 private:
  std::string workload_;
  std::string engine_;
  Params params_;
};

}  // namespace fnstore::bench

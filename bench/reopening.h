#pragma once

#include "fresh_process.h"
#include "report.h"

#include <vector>

namespace fnstore::bench {

/// The figures of processes that opened the same history.
class Reopening {
 public:
  void take(const Served& served);
  void report(const Report& report, const Params& extra) const;

 private:
  std::vector<double> open_ms_;
  std::vector<double> first_page_ms_;
  std::vector<double> p50_us_;
  std::vector<double> p99_us_;
  std::vector<double> rss_growth_mib_;
  std::vector<double> peak_growth_mib_;
  std::vector<double> pages_;
};

}  // namespace fnstore::bench

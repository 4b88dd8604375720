#include "reopening.h"

namespace fnstore::bench {

void Reopening::take(const Served& served) {
  open_ms_.push_back(served.open_ms);
  first_page_ms_.push_back(served.first_page_ms);
  p50_us_.push_back(served.p50_us);
  p99_us_.push_back(served.p99_us);
  rss_growth_mib_.push_back(served.rss_growth_mib);
  peak_growth_mib_.push_back(served.peak_growth_mib);
  pages_.push_back(served.pages);
}

void Reopening::report(const Report& report, const Params& extra) const {
  const Params page = Params().text("case", "served") + extra;
  report.add("open_ms", "ms", open_ms_, extra);
  report.add("first_page_ms", "ms", first_page_ms_, extra);
  report.add("p50_us", "us", p50_us_, page);
  report.add("p99_us", "us", p99_us_, page);
  report.add("rss_growth_mib", "MiB", rss_growth_mib_, extra);
  report.add("hwm_growth_mib", "MiB", peak_growth_mib_, extra);
  report.add("served_pages", "pages", pages_, extra);
}

}  // namespace fnstore::bench

#include "statistics_range.h"

#include "given_option.h"
#include "progress.h"
#include "time_argument.h"

#include <utility>

namespace fnstore::query {

void define_statistics_range(CLI::App& app, StatisticsRange& range) {
  add_given_option(app, "--from", range.from, "TIME",
                   "Only calls created after TIME: RFC 3339, seconds since 1970, or an age (90s "
                   "15m 36h 7d 2w)");
  add_given_option(app, "--to", range.to, "TIME", "Only calls created before TIME");
}

Statistics ask_statistics(StatisticsRequest request, const StatisticsRange& range,
                          std::string_view command, const Session& session) {
  const Timestamp now = system_clock().now();
  CallFilter& filter = request.filter;
  if (range.from) filter.from_time = parse_time_argument("--from", *range.from, now);
  if (range.to) filter.to_time = parse_time_argument("--to", *range.to, now);
  const Store store = session.open_to_read();
  Progress progress(std::string(command), 0, session.terminal);
  request.progress = [&](std::uint64_t done, std::uint64_t total) {
    progress.set_total(total);
    progress.update(done, done);
  };
  return store.statistics(request);
}

}  // namespace fnstore::query

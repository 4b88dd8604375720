#pragma once

#include "fnstore/statistics.h"

#include "session.h"

#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}  // namespace CLI

namespace fnstore::query {

/// --from and --to of the commands that sum up calls, as typed.
struct StatisticsRange {
  std::optional<std::string> from;
  std::optional<std::string> to;
};

/// `range` must outlive `app`'s parsing.
void define_statistics_range(CLI::App& app, StatisticsRange& range);

/// Asks the session's store, for the calls in `range`, with a progress bar named after the command.
/// Throws UsageError for a time that is none.
Statistics ask_statistics(StatisticsRequest request, const StatisticsRange& range,
                          std::string_view command, const Session& session);

}  // namespace fnstore::query

#pragma once

#include "engine.h"
#include "history_marks.h"
#include "settings.h"

#include <string>

namespace fnstore::bench {

inline constexpr std::size_t served_pages = 10'000;
inline constexpr double serving_s = 5;  ///< after which a slow engine serves no more of them

/// How a process did that opened a history, gave its newest page and then served_pages others.
struct Served {
  double open_ms = 0;
  double first_page_ms = 0;  ///< with the opening
  double p50_us = 0;
  double p99_us = 0;
  double rss_growth_mib = 0;   ///< of what lies in memory, at the end
  double peak_growth_mib = 0;  ///< the most there ever was
  double pages = 0;            ///< that were served
};

/// Writes a random request a line: pages from hot functions and deep ones.
void write_requests(const HistoryMarks& history, const Settings& settings, const std::string& file);

/// Runs this program anew, which serves the requests of the file from the history at `path`.
Served serve_in_fresh_process(const Settings& settings, const EngineKind& kind,
                              const std::string& path, const std::string& requests);

/// What that program does: serves the requests of --serve from --db, and prints the figures of
/// Served, in their order, for the process that began it.
void serve(const Settings& settings, const EngineKind& kind);

}  // namespace fnstore::bench

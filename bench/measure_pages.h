#pragma once

#include "engine.h"
#include "history_marks.h"
#include "page_cases.h"
#include "report.h"
#include "settings.h"

#include <span>
#include <string>
#include <vector>

namespace fnstore::bench {

/// One way to get a page: an engine, through Engine::list or Engine::list_views.
struct PageWay {
  std::string name;  ///< the engine's
  const Engine* engine;
  bool views;
  Report report;
};

/// The ways the engine has; it must outlive them.
std::vector<PageWay> page_ways(std::string_view name, const Engine& engine, const Report& report);

/// Throws `corrupt` where the way's page differs from what another engine answered.
void check_page(const PageWay& way, const CallFilter& request, const CallList& expected);

/// Asks for --samples pages in each case and run, run by run in each of the ways, and reports
/// p50_us, p99_us and p999_us of each; slow ways are asked for fewer, at most about two seconds a
/// run. Every case is warmed up first, and the pages compared with the first way's. `history` is
/// not empty. Throws `corrupt` when a page differs, or is empty where none may be.
void measure_pages(std::span<const PageWay> ways, const HistoryMarks& history,
                   const Settings& settings, std::span<const PageCase> cases, const Params& extra);

}  // namespace fnstore::bench

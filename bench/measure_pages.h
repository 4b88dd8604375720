#pragma once

#include "engine.h"
#include "history_marks.h"
#include "page_cases.h"
#include "report.h"
#include "settings.h"

#include <span>

namespace fnstore::bench {

/// Asks for --samples pages in each case and run and reports p50_us and p99_us of each case. Every
/// case is warmed up first. `history` is not empty. Throws `corrupt` when a page comes back empty.
void measure_pages(const Engine& engine, const HistoryMarks& history, const Settings& settings,
                   std::span<const PageCase> cases, const Report& report, const Params& extra);

}  // namespace fnstore::bench

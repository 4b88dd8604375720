#include "filter_cases.h"
#include "loaded_histories.h"
#include "machine_floor.h"
#include "measure_pages.h"
#include "page_cases.h"
#include "workload.h"

namespace fnstore::bench {
namespace {

void read(const Settings& settings, const LoadedHistories& histories,
          std::span<const PageCase> cases) {
  const OpenHistories open(histories);
  measure_pages(open.ways(), histories.marks(), settings, cases, Params().text("state", "settled"));
  MachineFigures machine;
  machine.take_fdatasync(settings.folder);
  machine.report(histories.report(0));
}

}  // namespace

void run_page(const Settings& settings, std::span<const EngineKind> engines) {
  read(settings, LoadedHistories(settings, engines), page_cases());
}

void run_range(const Settings& settings, std::span<const EngineKind> engines) {
  const LoadedHistories histories(settings, engines);
  const bool one_function = histories.marks().size() == 1;
  read(settings, histories, one_function ? one_function_range_cases() : range_cases());
}

void run_filter(const Settings& settings, std::span<const EngineKind> engines) {
  read(settings, LoadedHistories(settings, engines, &leave_one_error), filter_cases());
}

void run_all_functions(const Settings& settings, std::span<const EngineKind> engines) {
  read(settings, LoadedHistories(settings, engines), all_functions_cases());
}

}  // namespace fnstore::bench

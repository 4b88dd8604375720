#include "bytes_on_disk.h"
#include "fresh_process.h"
#include "loaded_histories.h"
#include "reopening.h"
#include "scratch_folder.h"
#include "workload.h"

#include <vector>

namespace fnstore::bench {

void run_reopen(const Settings& settings, std::span<const EngineKind> engines) {
  if (!settings.serve.empty()) return serve(settings, engines.front());
  const LoadedHistories histories(settings, engines);
  const ScratchFolder scratch(settings.folder);
  const std::string requests = scratch.file("requests");
  write_requests(histories.marks(), settings, requests);
  for (const bool warm : {true, false}) {
    std::vector<Reopening> figures(engines.size());
    for (std::size_t run = 0; run < settings.runs; ++run) {
      for (std::size_t i = 0; i < engines.size(); ++i) {
        const std::string& path = histories.path(i);
        if (!warm) drop_from_memory(path);
        figures[i].take(serve_in_fresh_process(settings, engines[i], path, requests));
      }
    }
    const Params params =
        Params().text("cache", warm ? "warm" : "cold").number("pages", served_pages);
    for (std::size_t i = 0; i < engines.size(); ++i) {
      figures[i].report(histories.report(i), params);
    }
  }
}

}  // namespace fnstore::bench

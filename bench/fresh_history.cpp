#include "fresh_history.h"

#include "fnstore/error.h"

#include <fmt/format.h>
#include <system_error>
#include <vector>

namespace fnstore::bench {

FreshHistory::FreshHistory(const Settings& settings)
    : settings_(settings), scratch_(settings.folder), path_(scratch_.file("history.db")) {}

void FreshHistory::keep() {
  if (settings_.db.empty()) return;
  const std::filesystem::directory_iterator entries(scratch_.path());
  for (const auto& entry : std::vector(begin(entries), end(entries))) {
    const std::string from = entry.path().string();
    const std::string to = settings_.db + from.substr(path_.size());  // with "-wal" and the like
    std::error_code failure;
    std::filesystem::rename(from, to, failure);
    if (failure) {
      throw Error(Errc::io,
                  fmt::format("{}: cannot be moved to {}: {}", from, to, failure.message()));
    }
  }
  path_ = settings_.db;
}

}  // namespace fnstore::bench

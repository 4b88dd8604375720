#include "sqlite/store_copy.h"

#include "fnstore/error.h"

#include "sqlite/database_copy.h"
#include "sqlite/database_file.h"
#include "sqlite/draft_file.h"
#include "sqlite/store_counts.h"

#include <unistd.h>

namespace fnstore::sqlite {
namespace {

void check_place(const std::string& path, const std::string& target, bool exists) {
  if (is_same_file(path, target)) {
    throw Error(Errc::invalid, target + ": this is the store itself: give another path");
  }
  check_companions(target);
  if (!exists) {
    refuse_left_log(target);
    return;
  }
  // Its processes would go on with its log beside the new file.
  const bool in_use = ::access((target + "-wal").c_str(), F_OK) == 0 ||
                      ::access((target + "-shm").c_str(), F_OK) == 0;
  if (!in_use) return;
  throw Error(Errc::conflict, target +
                                  ": this is a store that is in use: give another path, or "
                                  "restore a backup over it");
}

}  // namespace

std::optional<CopyCounts> back_up(Snapshot& snapshot, const std::string& path,
                                  const std::string& target, const CopyOptions& options) {
  const std::string place = absolute_path(target, true);
  const bool exists = check_target(place, options.force || is_same_file(path, place));
  check_place(path, place, exists);
  CopyCounts counts;
  counts.calls = count_store(snapshot, path).calls;
  WorkMeter meter(options.progress, copy_bytes(snapshot.connection()));
  try {
    DraftFile draft(place);
    copy_database(snapshot.connection(), draft.path(), meter);
    counts.bytes = draft.sync();
    draft.take_place(exists);
  } catch (const Stopped&) {
    return std::nullopt;
  }
  return counts;
}

}  // namespace fnstore::sqlite

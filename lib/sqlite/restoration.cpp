#include "sqlite/restoration.h"

#include "fnstore/error.h"

#include "sqlite/database_copy.h"
#include "sqlite/database_file.h"
#include "sqlite/draft_file.h"
#include "sqlite/errors.h"
#include "sqlite/exchange.h"
#include "sqlite/state.h"
#include "sqlite/verification.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace fnstore::sqlite {
namespace {

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

/// A backup mostly lies there alone, perhaps where nothing can be written. One with a log beside it
/// is a store that is in use, or was when its process was killed.
Connection open_backup(const std::string& path, std::chrono::milliseconds busy_timeout) {
  const bool in_use = exists(path + "-wal") || exists(path + "-shm");
  return {path, in_use ? Access::read : Access::at_rest, Sync::normal, busy_timeout};
}

void check_found(const Verification& found, const std::string& path) {
  if (found.ok()) return;
  const Problem& first = found.problems.front();
  throw Error(Errc::corrupt,
              fmt::format("{}: the backup is damaged, so nothing was changed: {} problem{}, the "
                          "first in {}: {}: take another backup",
                          path, found.problem_count, found.problem_count == 1 ? "" : "s",
                          first.where, first.what));
}

void refuse_same_file(const std::string& backup, const std::string& target) {
  if (!is_same_file(backup, target)) return;
  throw Error(Errc::invalid, target + ": this is the backup itself: give the store's path");
}

CopyCounts restore_store(const std::string& backup, const std::string& target,
                         const CopyOptions& options) {
  refuse_same_file(backup, target);
  const bool replace = check_target(target, options.force);
  check_companions(target);
  if (!replace) refuse_left_log(target);
  const OpenFileRegistration registration(backup, false);
  WorkMeter meter(options.progress, 5 * verification_bytes(backup) / 2);  // twice, and a copy
  Connection source = open_backup(backup, options.busy_timeout);
  check_found(verify_database(source, backup, meter), backup);
  DraftFile draft(target);
  {
    const ScopedTransaction transaction(source, Access::read);
    read_state(source);
    copy_database(source, draft.path(), meter);
  }
  Connection copy(draft.path(), Access::at_rest, Sync::normal, options.busy_timeout);
  const Verification found = verify_database(copy, draft.path(), meter);
  check_found(found, backup);
  const CopyCounts counts{draft.sync(), found.calls};
  exchange(draft, target, replace, options.busy_timeout);
  return counts;
}

}  // namespace

std::optional<CopyCounts> restore(const std::string& backup, const std::string& target,
                                  const CopyOptions& options) {
  const std::string from = absolute_path(backup, false);
  const std::string to = absolute_path(target, true);
  try {
    return translated(from, [&] { return restore_store(from, to, options); });
  } catch (const Stopped&) {
    return std::nullopt;
  }
}

}  // namespace fnstore::sqlite

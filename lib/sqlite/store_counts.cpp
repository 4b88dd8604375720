#include "sqlite/store_counts.h"

#include "sqlite/block_groups.h"
#include "sqlite/schema.h"

#include <algorithm>
#include <set>
#include <sqlite3.h>
#include <sys/stat.h>

namespace fnstore::sqlite {
namespace {

std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void widen(StoreInfo& info, std::int64_t from, std::int64_t to) {
  const Timestamp first{std::chrono::milliseconds(from)};
  const Timestamp last{std::chrono::milliseconds(to)};
  info.oldest = info.oldest ? std::min(*info.oldest, first) : first;
  info.newest = info.newest ? std::max(*info.newest, last) : last;
}

std::uint64_t& of_status(StoreInfo& info, Status status) {
  return info.calls_by_status[static_cast<std::size_t>(status)];
}

}  // namespace

std::uint64_t bytes_on_disk(const std::string& path) {
  return size_of(path) + size_of(path + "-wal");
}

StoreInfo count_store(Snapshot& snapshot, const std::string& path) {
  StoreInfo info;
  std::set<std::uint32_t> functions;
  for (const Function& function : snapshot.index().functions()) {
    for (const RecentPointer& recent : function.calls) {
      ++info.calls;
      ++of_status(info, recent->call.status);
      widen(info, recent->call.created, recent->call.created);
    }
    if (!function.calls.empty()) functions.insert(function.fn_no);
  }
  snapshot.release_index();
  for_each_group(snapshot.connection(), [&](std::uint32_t fn_no, const BlockGroup& group) {
    if (group.calls == 0) return;
    info.calls += group.calls;
    of_status(info, Status::error) += group.errors;
    of_status(info, Status::cancelled) += group.cancelled;
    of_status(info, Status::success) += group.calls - group.errors - group.cancelled;
    functions.insert(fn_no);
    widen(info, group.min_created, group.max_created);
  });
  info.functions = functions.size();
  info.schema_version = check_schema(snapshot.connection().database(), path);
  info.engine_version = std::string("SQLite ") + sqlite3_libversion();
  info.file_bytes = size_of(path);
  info.wal_bytes = size_of(path + "-wal");
  if (info.calls > 0) {
    info.bytes_per_call =
        static_cast<double>(info.file_bytes + info.wal_bytes) / static_cast<double>(info.calls);
  }
  return info;
}

}  // namespace fnstore::sqlite

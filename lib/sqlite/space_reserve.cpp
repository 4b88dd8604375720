#include "sqlite/space_reserve.h"

#include "sqlite/commit_mark.h"
#include "sqlite/lock_file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_page_count = "PRAGMA page_count";
constexpr const char* sql_page_size = "PRAGMA page_size";

constexpr std::uint64_t kibibyte = 1'024;
/// What the first transactions of a prune may write before they have made room: an eighth of the
/// file within these bounds.
constexpr std::uint64_t least_room = 512 * kibibyte;
constexpr std::uint64_t most_room = 4'096 * kibibyte;
/// The file grows and shrinks in steps, since each costs a change of the file system's own tables.
constexpr std::uint64_t step = 256 * kibibyte;
/// How long after opening a disk with so much room is not looked at.
constexpr std::chrono::seconds first_time{1};
constexpr std::uint64_t roomy_disk = std::uint64_t{256} << 20;

std::uint64_t number(Connection& connection, const char* sql) {
  SQLite::Statement& query = connection.statement(sql);
  const std::int64_t value = query.executeStep() ? query.getColumn(0).getInt64() : 0;
  query.reset();
  return static_cast<std::uint64_t>(value);
}

std::uint64_t file_bytes(Connection& connection) {
  sqlite3_file* file = nullptr;
  sqlite3_int64 bytes = 0;
  sqlite3_file_control(connection.database().getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) return 0;
  if (file->pMethods->xFileSize(file, &bytes) != SQLITE_OK) return 0;
  return static_cast<std::uint64_t>(bytes);
}

/// How long the lock file is beyond its first page, or nothing when that cannot be told.
std::uint64_t held_bytes(int descriptor) {
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) return 0;
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  return bytes > CommitMark::file_bytes ? bytes - CommitMark::file_bytes : 0;
}

}  // namespace

std::uint64_t SpaceReserve::wanted_bytes(Connection& connection) {
  if (page_bytes_ == 0) page_bytes_ = number(connection, sql_page_size);
  const std::uint64_t pages = number(connection, sql_page_count) * page_bytes_;
  const std::uint64_t now = file_bytes(connection);
  return (pages > now ? pages - now : 0) + std::clamp(pages / 8, least_room, most_room);
}

/// False only when the disk is full; then the file is as it was.
bool SpaceReserve::set_size(std::uint64_t from, std::uint64_t bytes) noexcept {
  const int descriptor = file_.descriptor();
  const auto begin = static_cast<off_t>(CommitMark::file_bytes);
  if (bytes <= from) return ::ftruncate(descriptor, begin + static_cast<off_t>(bytes)) == 0;
  if (::fallocate(descriptor, 0, begin, static_cast<off_t>(bytes)) == 0) return true;
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return ::ftruncate(descriptor, begin + static_cast<off_t>(from)) == 0 && !full;
}

bool SpaceReserve::hold(Connection& connection) {
  const std::uint64_t held = held_bytes(file_.descriptor());
  const bool is_young = std::chrono::steady_clock::now() - opened_ < first_time;
  if (held == 0 && is_young && !has_less_than(roomy_disk)) return true;
  const std::uint64_t wanted = wanted_bytes(connection);
  if (held >= wanted && held <= 2 * wanted + most_room) return true;
  const std::uint64_t rounded = (wanted + step - 1) / step * step;
  return set_size(held, rounded) || (rounded > wanted && set_size(held, wanted));
}

bool SpaceReserve::has_less_than(std::uint64_t bytes) const noexcept {
  struct statvfs disk {};
  if (::fstatvfs(file_.descriptor(), &disk) != 0) return false;
  return disk.f_bavail * disk.f_frsize < bytes;
}

bool SpaceReserve::is_scarce() const noexcept {
  return has_less_than(4 * most_room);
}

bool SpaceReserve::release() noexcept {
  const std::uint64_t held = held_bytes(file_.descriptor());
  return held > 0 && set_size(held, 0);
}

}  // namespace fnstore::sqlite

#include "sqlite/database_file.h"

#include "fnstore/error.h"

#include "model/process_of_origin.h"
#include "sqlite/draft_file.h"
#include "sqlite/errors.h"
#include "sqlite/schema.h"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fnstore::sqlite {
namespace {

// SQLite's file format, section 1.3 of https://www.sqlite.org/fileformat.html.
constexpr std::size_t header_bytes = 100;
constexpr char header_magic[] = "SQLite format 3";
constexpr std::size_t offset_page_size = 16;
constexpr std::size_t offset_page_count = 28;
constexpr std::size_t offset_user_version = 60;
constexpr std::size_t offset_application_id = 68;

[[noreturn]] void fail_io(const std::string& path, const char* doing, int reason) {
  throw Error(reason == ENOSPC || reason == EDQUOT ? Errc::full : Errc::io,
              fmt::format("{}: cannot be {} ({})", path, doing, std::strerror(reason)));
}

[[noreturn]] void fail_missing(const std::string& path) {
  throw Error(Errc::not_found, fmt::format("{}: no such store: check the path; whatever records "
                                           "calls, or an import, creates it",
                                           path));
}

std::uint64_t big_endian(const unsigned char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

void check_header(const std::string& path, const unsigned char* header, std::uint64_t file_bytes) {
  const bool is_database =
      file_bytes >= header_bytes && std::memcmp(header, header_magic, sizeof header_magic) == 0;
  if (!is_database) {
    throw Error(Errc::corrupt, fmt::format("{}: this is not a database: give the path of an "
                                           "fnstore file, or of a new one",
                                           path));
  }
  const std::uint64_t application = big_endian(header + offset_application_id, 4);
  if (application != static_cast<std::uint64_t>(application_id)) {
    throw Error(Errc::unsupported,
                fmt::format("{}: this SQLite file was made by another program (application id {}, "
                            "not {}): give the path of an fnstore file, or of a new one",
                            path, application, application_id));
  }
  std::uint64_t page = big_endian(header + offset_page_size, 2);
  if (page == 1) page = 65'536;
  const std::uint64_t expected = page * big_endian(header + offset_page_count, 4);
  struct stat log {};
  const bool has_log = ::stat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0;
  if (!has_log) {  // with one, only SQLite can tell the version
    check_schema_version(static_cast<int>(big_endian(header + offset_user_version, 4)), path);
  }
  if (file_bytes < expected && !has_log) {
    throw Error(Errc::corrupt,
                fmt::format("{}: the file is cut short: {} bytes of {}: restore it from a backup",
                            path, file_bytes, expected));
  }
}

[[noreturn]] void fail_irregular(const std::string& path) {
  throw Error(Errc::invalid, fmt::format("{}: not a regular file (links are not followed): give "
                                         "the path of the file itself",
                                         path));
}

void check_existing(const std::string& path) {
  // Should it have become a pipe meanwhile, nothing waits for its other end.
  const int descriptor =
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) fail_io(path, "opened", errno);
  unsigned char header[header_bytes] = {};
  struct stat status {};
  const bool read =
      ::fstat(descriptor, &status) == 0 && ::pread(descriptor, header, sizeof header, 0) >= 0;
  const int reason = errno;
  ::close(descriptor);
  if (!read) fail_io(path, "read", reason);
  if (!S_ISREG(status.st_mode)) fail_irregular(path);
  check_header(path, header, static_cast<std::uint64_t>(status.st_size));
}

/// Removes a draft and what SQLite may have left beside it when it failed. Needs no memory, in
/// which the draft may have failed: `draft` has room for the longest ending.
void remove_draft(std::string& draft) noexcept {
  const std::size_t size = draft.size();
  for (const char* const ending : {"", "-journal", "-wal", "-shm"}) {
    draft.resize(size);
    draft += ending;
    ::unlink(draft.c_str());
  }
}

/// Builds the whole file beside its place, then moves it there: no process ever sees half of it.
void create_file(const std::string& path, bool replace_empty) {
  refuse_left_log(path);
  std::string draft = path + ".new-XXXXXX";
  draft.reserve(draft.size() + std::strlen("-journal"));
  const int descriptor = ::mkostemp(draft.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) fail_io(path, "created", errno);
  ::close(descriptor);
  try {
    translated(path, [&] { create_schema(draft); });
    const int moved =
        replace_empty ? ::rename(draft.c_str(), path.c_str()) : ::link(draft.c_str(), path.c_str());
    if (moved != 0 && errno != EEXIST) fail_io(path, "created", errno);
  } catch (...) {
    remove_draft(draft);
    throw;
  }
  if (!replace_empty) ::unlink(draft.c_str());
  // Should it fail: the first commit syncs the folder once more, for the name of its log.
  static_cast<void>(sync_folder_of(path));
}

std::mutex registry_mutex;

struct OpenFile {
  int stores = 0;
  ProcessOfOrigin origin;
};

std::map<std::string, OpenFile>& registry() {
  static std::map<std::string, OpenFile> open_files;
  return open_files;
}

}  // namespace

std::string absolute_path(const std::string& path, bool create) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw Error(Errc::invalid, "the path of the store is empty or holds a NUL");
  }
  if (path.starts_with("postgresql://") || path.starts_with("postgres://")) {
    throw Error(Errc::unsupported, "this fnstore has no PostgreSQL engine: give a file's path");
  }
  const std::filesystem::path given(path);
  std::error_code problem;
  const auto folder = std::filesystem::canonical(
      given.has_parent_path() ? given.parent_path() : std::filesystem::path("."), problem);
  if (problem == std::errc::no_such_file_or_directory && !create) fail_missing(path);
  if (problem || !given.has_filename()) {
    throw Error(Errc::io, fmt::format("{}: its folder cannot be opened ({})", path,
                                      problem ? problem.message() : "the path names no file"));
  }
  return (folder / given.filename()).string();
}

void refuse_left_log(const std::string& path) {
  for (const char* const ending : {"-wal", "-journal"}) {
    const std::string log = path + ending;
    struct stat status {};
    if (::lstat(log.c_str(), &status) != 0 || status.st_size == 0) continue;
    throw Error(Errc::corrupt, fmt::format("{}: this is the log of a store whose file is gone: put "
                                           "the file back, or move the log away",
                                           log));
  }
}

void check_companions(const std::string& path) {
  struct stat file {};
  const bool exists = ::lstat(path.c_str(), &file) == 0;
  const bool is_shared = exists && (file.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  for (const char* const ending : {"-wal", "-journal", "-shm", "-lock"}) {
    const std::string companion = path + ending;
    struct stat status {};
    if (::lstat(companion.c_str(), &status) != 0) continue;
    if (!S_ISREG(status.st_mode)) {
      throw Error(Errc::invalid,
                  fmt::format("{}: not a regular file (links are not followed), and the store "
                              "needs the name: move it away",
                              companion));
    }
    const uid_t owner = status.st_uid;
    const bool is_own = owner == ::geteuid() || owner == 0 || (exists && owner == file.st_uid);
    if (is_own || is_shared) continue;
    throw Error(Errc::invalid,
                fmt::format("{}: belongs to another user (number {}), who could read the store in "
                            "it: move it away, or keep the store in a folder of your own",
                            companion, owner));
  }
}

void prepare_database_file(const std::string& path, bool create, bool open_in_process) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) fail_io(path, "opened", errno);
    if (!create) fail_missing(path);
    check_companions(path);
    create_file(path, false);
    return;
  }
  if (!S_ISREG(status.st_mode)) fail_irregular(path);
  check_companions(path);
  if (status.st_size == 0) {
    if (!create) throw Error(Errc::not_found, fmt::format("{}: the file is empty", path));
    create_file(path, true);
    return;
  }
  if (!open_in_process) check_existing(path);
}

OpenFileRegistration::OpenFileRegistration(std::string path, bool create) : path_(std::move(path)) {
  const std::lock_guard guard(registry_mutex);
  const auto at = registry().find(path_);
  // SQLite of a child believes that it holds the locks its parent held on this file.
  if (at != registry().end()) at->second.origin.require_here("file's open store");
  prepare_database_file(path_, create, at != registry().end());
  ++registry()[path_].stores;
}

OpenFileRegistration::~OpenFileRegistration() {
  const std::lock_guard guard(registry_mutex);
  const auto at = registry().find(path_);
  if (at != registry().end() && --at->second.stores == 0) registry().erase(at);
}

}  // namespace fnstore::sqlite

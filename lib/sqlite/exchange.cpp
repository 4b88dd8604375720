#include "sqlite/exchange.h"

#include "fnstore/error.h"

#include "sqlite/connection.h"
#include "sqlite/database_file.h"
#include "sqlite/errors.h"
#include "sqlite/lock_file.h"
#include "sqlite/schema.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fnstore::sqlite {
namespace {

[[noreturn]] void fail(const std::string& path, int reason) {
  throw Error(Errc::io, fmt::format("{}: cannot be moved out of the way ({}): the old store stays",
                                    path, std::strerror(reason)));
}

void remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, errno);
}

/// Logs of a store that is too damaged to take them in, moved aside: the new store must not meet
/// them, and should it not come to its place, the old one gets them back.
class SetAside {
 public:
  void add(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) return;
    moved_.reserve(moved_.size() + 1);  // what was moved must be noted, whatever happens
    std::pair entry(path, path + ".old-XXXXXX");
    std::string& aside = entry.second;
    const int descriptor = ::mkostemp(aside.data(), O_CLOEXEC);  // a name that is nobody's
    if (descriptor < 0) fail(path, errno);
    ::close(descriptor);
    if (::rename(path.c_str(), aside.c_str()) != 0) {
      const int reason = errno;
      ::unlink(aside.c_str());
      fail(path, reason);
    }
    moved_.push_back(std::move(entry));
  }
  ~SetAside() {
    for (const auto& [path, aside] : moved_) {
      if (done_) {
        ::unlink(aside.c_str());
      } else {
        ::rename(aside.c_str(), path.c_str());
      }
    }
  }
  SetAside() = default;
  SetAside(const SetAside&) = delete;
  SetAside& operator=(const SetAside&) = delete;

  void forget() { done_ = true; }

 private:
  std::vector<std::pair<std::string, std::string>> moved_;
  bool done_ = false;
};

constexpr std::chrono::milliseconds attempt{20};

/// Moves the old store's log into its file. False when it is too damaged for that.
bool empty_log(const std::string& path, std::chrono::milliseconds patience) {
  try {
    return translated(path, [&] {
      const OpenFileRegistration registration(path, false);
      Connection old(path, Access::write, Sync::full, patience);
      check_schema(old.database(), path);  // reads, so that the log is open
      // Some locks SQLite does not wait for, as while a process that came first recovers the log.
      const auto deadline = std::chrono::steady_clock::now() + patience;
      do {
        if (old.checkpoint(true, attempt)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      } while (std::chrono::steady_clock::now() < deadline);
      throw Error(Errc::busy, fmt::format("{}: someone has been reading the store for {} ms: try "
                                          "again, or end that process",
                                          path, patience.count()));
    });
  } catch (const Error& error) {
    // An empty file is `not_found`.
    if (error.code() != Errc::corrupt && error.code() != Errc::not_found) throw;
    return false;
  }
}

void replace_store(DraftFile& draft, const std::string& target,
                   std::chrono::milliseconds patience) {
  SetAside aside;
  if (empty_log(target, patience)) {
    remove(target + "-wal");  // empty, and nobody can write to it: we hold the lock file
    remove(target + "-journal");
  } else {
    aside.add(target + "-wal");
    aside.add(target + "-journal");
  }
  // From here on whoever has the old store open is told so at the next write: FileIdentity looks
  // for the log as well. Someone who opens the old file just now makes a new, empty log and index
  // that say nothing about pages, which do no harm beside the new file, and is told as well.
  remove(target + "-shm");
  // Or a power cut might keep the next step and undo these.
  if (!sync_folder_of(target)) fail(target, EIO);
  draft.take_place(true);
  aside.forget();
}

}  // namespace

void exchange(DraftFile& draft, const std::string& target, bool replace,
              std::chrono::milliseconds patience) {
  CommitMark mark;
  LockFile lock_file(target + "-lock", mark);
  const ScopedLock lock(lock_file, patience);
  if (replace) {
    mark.retire();  // whoever has the old store open must not take it for the new one
    replace_store(draft, target, patience);
    return;
  }
  refuse_left_log(target);
  draft.take_place(false);
}

}  // namespace fnstore::sqlite

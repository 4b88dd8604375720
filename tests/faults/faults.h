#pragma once

#include <cstdint>
#include <sqlite3.h>
#include <string>
#include <string_view>

namespace faults {

/// What a store asks of the operating system: through SQLite's file system layer, and beside it.
enum class Step {
  open,
  read,
  write,
  truncate,
  sync,
  remove,
  look,  ///< whether a file exists
  size,
  grow,  ///< a hint that a file will become as long as that
  lock,
  unlock,
  map_index,
  lock_index,
  unlock_index,
  allocate,         ///< memory for SQLite
  set_synchronous,  ///< PRAGMA synchronous = ...: refused, it does nothing, with success
  // Calls of the library itself. Their results are values of errno.
  own_open,
  own_draft,  ///< makes a file under a name of its own
  own_link,
  own_rename,
  own_remove,
  own_sync,
  own_lock,
  own_reserve,
  own_map,
  own_read,
};

/// e.g. "sync", "own_link".
std::string_view name_of(Step step) noexcept;

inline bool is_own(Step step) noexcept {
  return step >= Step::own_open;
}

struct StepCall {
  Step step{};
  std::string_view path{};       ///< empty: a file without a name; of own_sync unknown
  std::string_view new_path{};   ///< of link and rename
  std::int64_t offset = 0;       ///< of a truncation: the new size
  int bytes = 0;                 ///< of a read or a write
  const void* data = nullptr;    ///< of a write
  sqlite3_file* file = nullptr;  ///< SQLite's own, beneath ours; null where there is none (yet)
  int flags = 0;                 ///< of an open: SQLITE_OPEN_...
  bool with_folder = false;      ///< of a removal: the folder is synced
  int descriptor = -1;           ///< of own_sync
};

/// What decides over every step. Asked on any thread, several at a time. It must not throw.
class Faults {
 public:
  virtual ~Faults() = default;

  /// 0 lets the step happen. Anything else, a result code of SQLite or, for the library's own
  /// calls, a value of errno, becomes its result and it does not happen; but what gives up a lock
  /// gives it up all the same.
  virtual int before(const StepCall& call) = 0;

  /// The step has happened, with success.
  virtual void after(const StepCall&) {}
};

/// Puts the layer over SQLite's own, for every connection opened from then on. Once, at the start.
void install();

/// Who decides from now on; null: everything happens. Nobody may be in the middle of a step that
/// the one before still decides over.
void set(Faults* faults) noexcept;

/// Sets it for as long as it lives.
class Scope {
 public:
  explicit Scope(Faults& faults) { set(&faults); }
  ~Scope() { set(nullptr); }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
};

/// For the layers alone. ask() is true when the step may happen, else `result` is set.
bool ask(const StepCall& call, int& result) noexcept;
void tell(const StepCall& call) noexcept;

/// On this thread, SQLite is at work beneath our layer: its own system calls are not the library's.
class Beneath {
 public:
  Beneath() noexcept;
  ~Beneath();
  Beneath(const Beneath&) = delete;
  Beneath& operator=(const Beneath&) = delete;
  static bool now() noexcept;
};

}  // namespace faults

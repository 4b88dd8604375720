// Takes fnstore's checkpoint rule away from the program it is linked into: the lock file locks
// nothing, and each checkpoint is SQLite's default one, which does not keep writers out.

#include <sqlite3.h>
#include <sys/file.h>

extern "C" int flock(int, int) noexcept {
  return 0;
}

extern "C" int sqlite3_wal_checkpoint_v2(sqlite3* handle, const char*, int, int* frames,
                                         int* moved) {
  if (frames != nullptr) *frames = 0;
  if (moved != nullptr) *moved = 0;
  return sqlite3_exec(handle, "PRAGMA wal_checkpoint", nullptr, nullptr, nullptr);
}

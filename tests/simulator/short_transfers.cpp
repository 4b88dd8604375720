#include "short_transfers.h"

#include "random.h"

#include <atomic>
#include <cerrno>
#include <sqlite3.h>
#include <stdexcept>
#include <sys/types.h>

namespace {

using Read = ssize_t (*)(int, void*, std::size_t, off64_t);
using Write = ssize_t (*)(int, const void*, std::size_t, off64_t);

Read real_read = nullptr;
Write real_write = nullptr;
std::atomic<std::uint64_t> share{0};
std::atomic<std::uint64_t> next_seed{1};

/// How many of the bytes to transfer; 0: interrupted before the first.
std::size_t cut(std::size_t bytes) {
  if (share == 0 || bytes < 2) return bytes;
  thread_local Random random(next_seed++);
  if (!random.chance(share)) return bytes;
  return random.chance(300) ? 0 : 1 + random.below(bytes - 1);
}

ssize_t read_some(int file, void* into, std::size_t bytes, off64_t offset) {
  const std::size_t count = cut(bytes);
  if (count != 0 || bytes == 0) return real_read(file, into, count, offset);
  errno = EINTR;
  return -1;
}

ssize_t write_some(int file, const void* from, std::size_t bytes, off64_t offset) {
  const std::size_t count = cut(bytes);
  if (count != 0 || bytes == 0) return real_write(file, from, count, offset);
  errno = EINTR;
  return -1;
}

/// Replaces the call of either name that this SQLite uses; the first is told last.
template <typename Call>
void replace(sqlite3_vfs* layer, const char* wide, const char* plain, Call ours, Call& real) {
  for (const char* const name : {wide, plain}) {
    const sqlite3_syscall_ptr before = layer->xGetSystemCall(layer, name);
    if (before == nullptr) continue;
    real = reinterpret_cast<Call>(before);
    layer->xSetSystemCall(layer, name, reinterpret_cast<sqlite3_syscall_ptr>(ours));
  }
}

}  // namespace

void install_short_transfers() {
  sqlite3_vfs* const layer = sqlite3_vfs_find("unix");
  if (layer == nullptr) throw std::runtime_error("SQLite has no unix layer here");
  replace<Read>(layer, "pread64", "pread", read_some, real_read);
  replace<Write>(layer, "pwrite64", "pwrite", write_some, real_write);
  if (real_read == nullptr || real_write == nullptr) {
    throw std::runtime_error("SQLite reads and writes in a way of its own");
  }
}

void set_short_transfers(std::uint64_t permille) {
  share = permille;
}

// A file system layer of SQLite (a VFS) that puts every step before a Faults and hands on to the
// layer that was the default before.
#include "faults.h"
#include "memory_layer.h"

#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

namespace faults {
namespace {

sqlite3_vfs* real_layer = nullptr;

/// What SQLite takes for an open file: ours, followed in memory by the one beneath.
struct File {
  sqlite3_file base;
  std::string path;
  sqlite3_file* real;
};

File& ours(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

const sqlite3_io_methods& methods_beneath(sqlite3_file* file) {
  return *ours(file).real->pMethods;
}

/// Puts the step before whoever decides, and does it when it may happen.
template <typename Work>
int decided(const StepCall& call, Work&& work) {
  int result = SQLITE_OK;
  if (!ask(call, result)) return result;
  const Beneath beneath;
  result = work();
  if (result == SQLITE_OK) tell(call);
  return result;
}

/// The same for what gives up a lock: it happens whatever is decided.
template <typename Work>
int done_anyway(const StepCall& call, Work&& work) {
  int wanted = SQLITE_OK;
  const bool granted = ask(call, wanted);
  const Beneath beneath;
  const int result = work();
  return granted ? result : wanted;
}

StepCall step_of(Step step, sqlite3_file* file) {
  StepCall call;
  call.step = step;
  call.path = ours(file).path;
  call.file = ours(file).real;
  return call;
}

int close_file(sqlite3_file* file) {
  File& closed = ours(file);
  int result = SQLITE_OK;
  {
    const Beneath beneath;
    result = closed.real->pMethods->xClose(closed.real);
  }
  std::destroy_at(&closed.path);
  return result;
}

int read_file(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
  StepCall call = step_of(Step::read, file);
  call.offset = offset;
  call.bytes = bytes;
  return decided(call,
                 [&] { return methods_beneath(file).xRead(ours(file).real, into, bytes, offset); });
}

int write_file(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  StepCall call = step_of(Step::write, file);
  call.offset = offset;
  call.bytes = bytes;
  call.data = from;
  return decided(
      call, [&] { return methods_beneath(file).xWrite(ours(file).real, from, bytes, offset); });
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  StepCall call = step_of(Step::truncate, file);
  call.offset = size;
  return decided(call, [&] { return methods_beneath(file).xTruncate(ours(file).real, size); });
}

int sync_file(sqlite3_file* file, int flags) {
  return decided(step_of(Step::sync, file),
                 [&] { return methods_beneath(file).xSync(ours(file).real, flags); });
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  return decided(step_of(Step::size, file),
                 [&] { return methods_beneath(file).xFileSize(ours(file).real, size); });
}

int lock_file(sqlite3_file* file, int level) {
  return decided(step_of(Step::lock, file),
                 [&] { return methods_beneath(file).xLock(ours(file).real, level); });
}

int unlock_file(sqlite3_file* file, int level) {
  return done_anyway(step_of(Step::unlock, file),
                     [&] { return methods_beneath(file).xUnlock(ours(file).real, level); });
}

int check_reserved(sqlite3_file* file, int* taken) {
  return decided(step_of(Step::lock, file),
                 [&] { return methods_beneath(file).xCheckReservedLock(ours(file).real, taken); });
}

/// Whether a pragma may have its effect: its name and value follow the place of an answer.
bool may_set(char** pragma) {
  if (pragma[2] == nullptr || sqlite3_stricmp(pragma[1], "synchronous") != 0) return true;
  StepCall call;
  call.step = Step::set_synchronous;
  int ignored = 0;
  return ask(call, ignored);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
  const auto hand_on = [&] {
    return methods_beneath(file).xFileControl(ours(file).real, operation, argument);
  };
  if (operation == SQLITE_FCNTL_SIZE_HINT) return decided(step_of(Step::grow, file), hand_on);
  if (operation == SQLITE_FCNTL_PRAGMA && !may_set(static_cast<char**>(argument))) return SQLITE_OK;
  const Beneath beneath;
  return hand_on();
}

int sector_size(sqlite3_file* file) {
  return methods_beneath(file).xSectorSize(ours(file).real);
}

int characteristics(sqlite3_file* file) {
  return methods_beneath(file).xDeviceCharacteristics(ours(file).real);
}

int map_index(sqlite3_file* file, int region, int bytes, int extend, void volatile** mapped) {
  StepCall call = step_of(Step::map_index, file);
  call.offset = region;
  const int result = decided(call, [&] {
    return methods_beneath(file).xShmMap(ours(file).real, region, bytes, extend, mapped);
  });
  if (result != SQLITE_OK && result != SQLITE_READONLY) *mapped = nullptr;
  return result;
}

int lock_index(sqlite3_file* file, int first, int count, int flags) {
  const auto hand_on = [&] {
    return methods_beneath(file).xShmLock(ours(file).real, first, count, flags);
  };
  if ((flags & SQLITE_SHM_UNLOCK) != 0)
    return done_anyway(step_of(Step::unlock_index, file), hand_on);
  return decided(step_of(Step::lock_index, file), hand_on);
}

void index_barrier(sqlite3_file* file) {
  methods_beneath(file).xShmBarrier(ours(file).real);
}

int unmap_index(sqlite3_file* file, int remove) {
  const Beneath beneath;
  return methods_beneath(file).xShmUnmap(ours(file).real, remove);
}

int fetch_page(sqlite3_file* file, sqlite3_int64 offset, int bytes, void** page) {
  const Beneath beneath;
  return methods_beneath(file).xFetch(ours(file).real, offset, bytes, page);
}

int unfetch_page(sqlite3_file* file, sqlite3_int64 offset, void* page) {
  const Beneath beneath;
  return methods_beneath(file).xUnfetch(ours(file).real, offset, page);
}

constexpr sqlite3_io_methods our_methods{
    3,
    close_file,
    read_file,
    write_file,
    truncate_file,
    sync_file,
    size_of_file,
    lock_file,
    unlock_file,
    check_reserved,
    control_file,
    sector_size,
    characteristics,
    map_index,
    lock_index,
    index_barrier,
    unmap_index,
    fetch_page,
    unfetch_page,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  File& opened = ours(file);
  opened.base.pMethods = nullptr;
  StepCall call;
  call.step = Step::open;
  call.path = name == nullptr ? std::string_view() : std::string_view(name);
  call.flags = flags;
  auto* const real = reinterpret_cast<sqlite3_file*>(&opened + 1);
  const int result =
      decided(call, [&] { return real_layer->xOpen(real_layer, name, real, flags, flags_out); });
  if (result != SQLITE_OK) return result;
  new (&opened.path) std::string(call.path);
  opened.real = real;
  opened.base.pMethods = &our_methods;
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs*, const char* name, int with_folder) {
  StepCall call;
  call.step = Step::remove;
  call.path = name;
  call.with_folder = with_folder != 0;
  return decided(call, [&] { return real_layer->xDelete(real_layer, name, with_folder); });
}

int look_for_file(sqlite3_vfs*, const char* name, int flags, int* answer) {
  StepCall call;
  call.step = Step::look;
  call.path = name;
  return decided(call, [&] { return real_layer->xAccess(real_layer, name, flags, answer); });
}

int full_path(sqlite3_vfs*, const char* name, int bytes, char* into) {
  const Beneath beneath;
  return real_layer->xFullPathname(real_layer, name, bytes, into);
}

sqlite3_vfs layer{};

}  // namespace

void install() {
  if (real_layer != nullptr) return;
  install_memory();
  real_layer = sqlite3_vfs_find(nullptr);
  if (real_layer == nullptr || real_layer->iVersion < 3) throw std::runtime_error("no VFS to wrap");
  layer = *real_layer;  // what has nothing to do with files is handed on as it is
  layer.szOsFile = static_cast<int>(sizeof(File)) + real_layer->szOsFile;
  layer.zName = "fnstore-faults";
  layer.pNext = nullptr;
  layer.xOpen = open_file;
  layer.xDelete = remove_file;
  layer.xAccess = look_for_file;
  layer.xFullPathname = full_path;
  if (sqlite3_vfs_register(&layer, 1) != SQLITE_OK) throw std::runtime_error("no VFS of ours");
}

}  // namespace faults

// The library's own system calls beside SQLite: its lock file, drafts, names and folders. The
// linker sends them here (-Wl,--wrap); calls made inside of SQLite's shared library stay its own.
#include "faults.h"

#include <cerrno>
#include <cstdarg>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/types.h>

using faults::Step;
using faults::StepCall;

namespace {

template <typename Result, typename Work>
Result decided(const StepCall& call, Result failed, Work&& work) {
  if (faults::Beneath::now()) return work();
  int reason = 0;
  if (!faults::ask(call, reason)) {
    errno = reason;
    return failed;
  }
  const Result result = work();
  if (result != failed) {
    const int kept = errno;
    faults::tell(call);
    errno = kept;
  }
  return result;
}

StepCall named(Step step, const char* path) {
  StepCall call;
  call.step = step;
  call.path = path;
  return call;
}

StepCall on(Step step, int descriptor) {
  StepCall call;
  call.step = step;
  call.descriptor = descriptor;
  return call;
}

}  // namespace

extern "C" {

int __real_open64(const char* path, int flags, ...);
int __real_mkostemp64(char* name, int flags);
int __real_link(const char* from, const char* to);
int __real_rename(const char* from, const char* to);
int __real_unlink(const char* path);
int __real_fsync(int descriptor);
int __real_flock(int descriptor, int operation);
int __real_posix_fallocate64(int descriptor, off64_t offset, off64_t bytes);
void* __real_mmap64(void* at, std::size_t bytes, int protection, int flags, int descriptor,
                    off64_t offset);
ssize_t __real_pread64(int descriptor, void* into, std::size_t bytes, off64_t offset);

int __wrap_open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return decided(named(Step::own_open, path), -1, [&] { return __real_open64(path, flags, mode); });
}

int __wrap_mkostemp64(char* name, int flags) {
  const StepCall call = named(Step::own_draft, name);
  return decided(call, -1, [&] { return __real_mkostemp64(name, flags); });
}

int __wrap_link(const char* from, const char* to) {
  StepCall call = named(Step::own_link, from);
  call.new_path = to;
  return decided(call, -1, [&] { return __real_link(from, to); });
}

int __wrap_rename(const char* from, const char* to) {
  StepCall call = named(Step::own_rename, from);
  call.new_path = to;
  return decided(call, -1, [&] { return __real_rename(from, to); });
}

int __wrap_unlink(const char* path) {
  return decided(named(Step::own_remove, path), -1, [&] { return __real_unlink(path); });
}

int __wrap_fsync(int descriptor) {
  return decided(on(Step::own_sync, descriptor), -1, [&] { return __real_fsync(descriptor); });
}

int __wrap_flock(int descriptor, int operation) {
  if ((operation & LOCK_UN) != 0) return __real_flock(descriptor, operation);
  return decided(on(Step::own_lock, descriptor), -1,
                 [&] { return __real_flock(descriptor, operation); });
}

/// Tells its failure by its result.
int __wrap_posix_fallocate64(int descriptor, off64_t offset, off64_t bytes) {
  int reason = 0;
  const bool granted =
      faults::Beneath::now() || faults::ask(on(Step::own_reserve, descriptor), reason);
  return granted ? __real_posix_fallocate64(descriptor, offset, bytes) : reason;
}

void* __wrap_mmap64(void* at, std::size_t bytes, int protection, int flags, int descriptor,
                    off64_t offset) {
  const auto hand_on = [&] {
    return __real_mmap64(at, bytes, protection, flags, descriptor, offset);
  };
  if (descriptor < 0) return hand_on();  // memory alone
  return decided(on(Step::own_map, descriptor), MAP_FAILED, hand_on);
}

ssize_t __wrap_pread64(int descriptor, void* into, std::size_t bytes, off64_t offset) {
  return decided(on(Step::own_read, descriptor), ssize_t{-1},
                 [&] { return __real_pread64(descriptor, into, bytes, offset); });
}
}

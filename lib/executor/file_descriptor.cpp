#include "executor/file_descriptor.h"

#include "fnstore/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/eventfd.h>
#include <unistd.h>

namespace fnstore::executor {
namespace {

constexpr int first_free_descriptor = 3;

[[noreturn]] void fail(const std::string& what) {
  throw Error(Errc::io, "cannot " + what + ": " + std::strerror(errno));
}

FileDescriptor above_standard_ones(FileDescriptor descriptor) {
  if (descriptor.get() >= first_free_descriptor) return descriptor;
  FileDescriptor moved{::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, first_free_descriptor)};
  if (!moved) fail("open a descriptor");
  return moved;
}

}  // namespace

void FileDescriptor::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Pipe open_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("make a pipe");
  FileDescriptor read{ends[0]};
  FileDescriptor write{ends[1]};
  return {above_standard_ones(std::move(read)), above_standard_ones(std::move(write))};
}

FileDescriptor open_null() {
  FileDescriptor null{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  if (!null) fail("open /dev/null");
  return above_standard_ones(std::move(null));
}

FileDescriptor open_event() {
  FileDescriptor event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!event) fail("make an eventfd");
  return above_standard_ones(std::move(event));
}

void set_nonblocking(const FileDescriptor& descriptor) {
  const int flags = ::fcntl(descriptor.get(), F_GETFL);
  if (flags < 0 || ::fcntl(descriptor.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
    fail("make a pipe non-blocking");
  }
}

}  // namespace fnstore::executor

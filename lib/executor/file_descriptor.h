#pragma once

#include <utility>

namespace fnstore::executor {

/// Owns a file descriptor and closes it; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { close(); }

  int get() const noexcept { return descriptor_; }
  explicit operator bool() const noexcept { return descriptor_ >= 0; }
  void close() noexcept;

 private:
  int descriptor_ = -1;
};

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

/// A pipe whose ends are closed by exec and never take the place of stdin, stdout or stderr, even
/// when the caller has closed those. Throws `io`.
Pipe open_pipe();

/// /dev/null for writing; as for closing and its place, see open_pipe. Throws `io`.
FileDescriptor open_null();

/// An eventfd that never waits; the same. Throws `io`.
FileDescriptor open_event();

/// Makes reads and writes return at once. Throws `io`.
void set_nonblocking(const FileDescriptor& descriptor);

}  // namespace fnstore::executor

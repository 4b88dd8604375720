#include "executor/pipe_reader.h"

#include <cerrno>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fnstore::executor {
namespace {

constexpr std::size_t read_buffer_bytes = std::size_t{64} << 10;

}  // namespace

PipeReader::PipeReader() : pipe_(open_pipe()), buffer_(read_buffer_bytes) {
  set_nonblocking(pipe_.read);
}

std::string_view PipeReader::read() {
  if (!pipe_.read) return {};
  const ssize_t count = ::read(pipe_.read.get(), buffer_.data(), buffer_.size());
  if (count > 0) return {buffer_.data(), static_cast<std::size_t>(count)};
  const bool is_nothing = count < 0 && (errno == EAGAIN || errno == EINTR);
  if (!is_nothing) pipe_.read.close();
  return {};
}

std::size_t PipeReader::present() const noexcept {
  int bytes = 0;
  if (!pipe_.read || ::ioctl(pipe_.read.get(), FIONREAD, &bytes) != 0) return 0;
  return static_cast<std::size_t>(bytes);
}

}  // namespace fnstore::executor

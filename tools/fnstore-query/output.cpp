#include "output.h"

#include "fnstore/error.h"

#include "failure.h"
#include "harmless.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace fnstore::query {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10;

[[noreturn]] void fail(int error, std::string_view name) {
  if (error == EPIPE) throw BrokenPipe{};
  if (error == ENOSPC || error == EDQUOT) {
    throw Error(Errc::full, fmt::format("cannot write to {}: {}; free some space and try again",
                                        name, std::strerror(error)));
  }
  throw Error(Errc::io, fmt::format("cannot write to {}: {}; the output is not complete", name,
                                    std::strerror(error)));
}

}  // namespace

void write_fully(int descriptor, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail(errno, name);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

Output::Output(int descriptor, std::string name, Harmless harmless, bool ascii_only)
    : descriptor_(descriptor),
      name_(std::move(name)),
      harmless_(harmless),
      ascii_only_(ascii_only) {}

void Output::write(std::string_view bytes) {
  switch (harmless_) {
    case Harmless::as_is:
      return append(bytes);
    case Harmless::json:
      return append(harmless_json(bytes, ascii_only_));
    case Harmless::text:
      return append(harmless_text(bytes, ascii_only_));
  }
}

void Output::append(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > buffer_bytes) finish();
  if (bytes.size() > buffer_bytes) return write_fully(descriptor_, bytes, name_);
  buffer_ += bytes;
}

void Output::finish() {
  write_fully(descriptor_, buffer_, name_);
  buffer_.clear();
}

}  // namespace fnstore::query

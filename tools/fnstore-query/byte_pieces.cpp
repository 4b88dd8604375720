#include "byte_pieces.h"

#include "fnstore/error.h"

#include "harmless.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fnstore::query {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} << 10;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

[[noreturn]] void fail_to(std::string_view what, std::string_view name, int error) {
  if (error == ENOENT) {
    throw Error(Errc::not_found, fmt::format("{} does not exist; check the path", in_quotes(name)));
  }
  throw Error(Errc::io,
              fmt::format("cannot {} {}: {}", what, in_quotes(name), std::strerror(error)));
}

}  // namespace

InputFile::InputFile(const std::string& path)
    : descriptor_(STDIN_FILENO), owned_(!(path.empty() || path == "-")), name_(path) {
  if (owned_) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail_to("open", name_, errno);
  } else {
    name_ = "standard input";
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return;
  if (S_ISDIR(status.st_mode)) {
    if (owned_) ::close(descriptor_);
    fail_to("read", name_, EISDIR);
  }
  if (S_ISREG(status.st_mode)) size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile() {
  if (owned_) ::close(descriptor_);
}

std::size_t InputFile::read(char* into, std::size_t most) {
  for (;;) {
    const ssize_t got = ::read(descriptor_, into, most);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail_to("read", name_, errno);
  }
}

bool InputFile::is_terminal() const {
  return ::isatty(descriptor_) == 1;
}

BytePieces::BytePieces(InputFile& file)
    : file_(file), buffer_(std::make_unique<char[]>(piece_bytes)) {}

bool BytePieces::fill() {
  std::size_t size = file_.read(buffer_.get(), piece_bytes);
  bytes_read_ += size;
  if (!started_) {
    started_ = true;
    while (size > 0 && size < byte_order_mark.size()) {
      const std::size_t more = file_.read(buffer_.get() + size, piece_bytes - size);
      if (more == 0) break;
      size += more;
      bytes_read_ += more;
    }
    pending_ = {buffer_.get(), size};
    if (pending_.starts_with(byte_order_mark)) pending_.remove_prefix(byte_order_mark.size());
    return size > 0;
  }
  pending_ = {buffer_.get(), size};
  return size > 0;
}

std::optional<Piece> BytePieces::next() {
  while (pending_.empty()) {
    if (!fill()) return std::nullopt;
  }
  const std::size_t newline = pending_.find('\n');
  const bool ends_line = newline != std::string_view::npos;
  Piece piece{pending_.substr(0, ends_line ? newline + 1 : pending_.size()), line_, ends_line};
  pending_.remove_prefix(piece.bytes.size());
  if (ends_line) ++line_;
  return piece;
}

}  // namespace fnstore::query

#include "machine_floor.h"

#include "fnstore/error.h"

#include "scratch_folder.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace fnstore::bench {
namespace {

class AppendFile {
 public:
  explicit AppendFile(const std::string& path)
      : path_(path), descriptor_(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) fail("opened");
  }
  ~AppendFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  void append_durably() {
    static constexpr std::array<char, floor_block_bytes> block{};
    if (::write(descriptor_, block.data(), block.size()) != static_cast<ssize_t>(block.size()))
      fail("written");
    if (::fdatasync(descriptor_) != 0) fail("synced");
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    const int reason = errno;
    throw Error(Errc::io, fmt::format("{}: cannot be {}: {}", path_, what, std::strerror(reason)));
  }

  std::string path_;
  int descriptor_;
};

}  // namespace

double fdatasync_per_second(const std::filesystem::path& folder) {
  using clock = std::chrono::steady_clock;
  const ScratchFolder scratch(folder);
  AppendFile file(scratch.file("floor"));
  file.append_durably();
  const auto begin = clock::now();
  std::chrono::duration<double> elapsed{};
  int writes = 0;
  while (elapsed < std::chrono::milliseconds{300}) {
    file.append_durably();
    ++writes;
    elapsed = clock::now() - begin;
  }
  return writes / elapsed.count();
}

}  // namespace fnstore::bench

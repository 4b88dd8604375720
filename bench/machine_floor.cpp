#include "machine_floor.h"

#include "fnstore/error.h"

#include "scratch_folder.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <span>
#include <unistd.h>

namespace fnstore::bench {
namespace {

constexpr std::size_t write_block_bytes = std::size_t{1} << 20;
constexpr std::size_t written_bytes = std::size_t{256} << 20;
constexpr std::size_t copied_bytes = std::size_t{128} << 20;
constexpr std::size_t copies = 4;

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

  void append(std::span<const char> block) {
    if (::write(descriptor_, block.data(), block.size()) != static_cast<ssize_t>(block.size()))
      fail("written");
  }

  void sync() {
    if (::fdatasync(descriptor_) != 0) fail("synced");
  }

  void append_durably() {
    static constexpr std::array<char, floor_block_bytes> block{};
    append(block);
    sync();
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

double sequential_write_mb_per_second(const std::filesystem::path& folder) {
  const std::vector<char> block(write_block_bytes, 'x');
  const ScratchFolder scratch(folder);
  AppendFile file(scratch.file("floor"));
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t written = 0; written < written_bytes; written += block.size()) {
    file.append(block);
  }
  file.sync();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(written_bytes) / 1e6 / elapsed.count();
}

double memcpy_gb_per_second() {
  const std::vector<char> from(copied_bytes, 'x');
  std::vector<char> to(copied_bytes, 'y');
  std::uint64_t seen = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < copies; ++i) {
    std::memcpy(to.data(), from.data(), copied_bytes);
    seen += static_cast<std::uint8_t>(to[i]);
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  if (seen != copies * 'x') throw Error(Errc::io, "a copy of memory differs");
  return static_cast<double>(copies * copied_bytes) / 1e9 / elapsed.count();
}

double MachineFigures::take_fdatasync(const std::filesystem::path& folder) {
  fdatasyncs_.push_back(fdatasync_per_second(folder));
  return fdatasyncs_.back();
}

void MachineFigures::take_all(const std::filesystem::path& folder) {
  take_fdatasync(folder);
  writes_.push_back(sequential_write_mb_per_second(folder));
  copies_.push_back(memcpy_gb_per_second());
}

void MachineFigures::report(const Report& report) const {
  report.add_machine("fdatasync_per_s", "1/s", fdatasyncs_,
                     Params().number("bytes", floor_block_bytes));
  if (writes_.empty()) return;
  report.add_machine("sequential_write_mb_per_s", "MB/s", writes_,
                     Params().number("bytes", written_bytes));
  report.add_machine("memcpy_gb_per_s", "GB/s", copies_, Params().number("bytes", copied_bytes));
}

}  // namespace fnstore::bench

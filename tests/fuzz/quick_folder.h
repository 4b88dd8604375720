#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

/// A folder that goes with the program: in memory where there is some, since a disk's syncs would
/// take all the time.
class QuickFolder {
 public:
  QuickFolder() {
    const std::filesystem::path memory("/dev/shm");
    const bool quick = std::filesystem::is_directory(memory);
    path_ = ((quick ? memory : std::filesystem::temp_directory_path()) / "fnstore-fuzz-XXXXXX")
                .string();
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~QuickFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  QuickFolder(const QuickFolder&) = delete;
  QuickFolder& operator=(const QuickFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

#include "bytes_on_disk.h"

#include <filesystem>

namespace fnstore::bench {

std::uint64_t bytes_on_disk(const std::string& path) {
  namespace fs = std::filesystem;
  std::uint64_t bytes = 0;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return bytes;
  }
  const fs::path file = fs::absolute(path);
  const std::string name = file.filename().string();
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    const std::string found = entry.path().filename().string();
    if (entry.is_regular_file() && (found == name || found.starts_with(name + "-"))) {
      bytes += entry.file_size();
    }
  }
  return bytes;
}

}  // namespace fnstore::bench

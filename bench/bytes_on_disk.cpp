#include "bytes_on_disk.h"

#include <fcntl.h>
#include <unistd.h>

namespace fnstore::bench {

std::vector<std::filesystem::path> files_of(const std::string& path) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    return files;
  }
  const fs::path file = fs::absolute(path);
  const std::string name = file.filename().string();
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    const std::string found = entry.path().filename().string();
    if (entry.is_regular_file() && (found == name || found.starts_with(name + "-"))) {
      files.push_back(entry.path());
    }
  }
  return files;
}

std::uint64_t bytes_on_disk(const std::string& path) {
  std::uint64_t bytes = 0;
  for (const auto& file : files_of(path)) bytes += std::filesystem::file_size(file);
  return bytes;
}

void drop_from_memory(const std::string& path) {
  for (const auto& file : files_of(path)) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) continue;
    ::fsync(descriptor);
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    ::close(descriptor);
  }
}

}  // namespace fnstore::bench

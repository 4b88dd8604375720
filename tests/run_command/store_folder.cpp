#include "store_folder.h"

#include <cstdlib>
#include <stdexcept>

StoreFolder::StoreFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "fnstore-run-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
  path_ = name;
}

StoreFolder::~StoreFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::set<std::string> StoreFolder::open_descriptors() {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::filesystem::path target = std::filesystem::read_symlink(entry.path(), gone);
    // The listing itself is open while it is read.
    if (gone || target.string().find("/fd") != std::string::npos) continue;
    found.insert(entry.path().filename().string() + ' ' + target.string());
  }
  return found;
}

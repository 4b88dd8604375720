#include "store_folder.h"

#include <cstdlib>
#include <stdexcept>

StoreFolder::StoreFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "fnstore-store-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
  folder_ = name;
}

StoreFolder::~StoreFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

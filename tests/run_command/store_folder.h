#pragma once

#include "fnstore/store.h"

#include <filesystem>
#include <set>
#include <string>

/// A new folder for a store, removed with all in it.
class StoreFolder {
 public:
  StoreFolder();
  ~StoreFolder();
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;

  fnstore::Store open() const { return fnstore::Store::open((path_ / "history.db").string()); }

  /// What this process has open, as "number target".
  static std::set<std::string> open_descriptors();

 private:
  std::filesystem::path path_;
};

#pragma once

#include "fnstore/fnstore.h"

#include <filesystem>
#include <string>

/// A new folder for a store, removed with all in it.
class StoreFolder {
 public:
  StoreFolder();
  ~StoreFolder();
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;

  std::string path() const { return (folder_ / "history.db").string(); }
  fnstore::Store open(const fnstore::StoreOptions& options = {}) const {
    return fnstore::Store::open(path(), options);
  }

 private:
  std::filesystem::path folder_;
};

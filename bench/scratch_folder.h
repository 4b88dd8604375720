#pragma once

#include <filesystem>
#include <string>

namespace fnstore::bench {

/// A fresh folder that goes away, with all that is in it, with the object.
class ScratchFolder {
 public:
  /// Makes it in `parent`; throws `io` when that cannot be.
  explicit ScratchFolder(const std::filesystem::path& parent);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace fnstore::bench

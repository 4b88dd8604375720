#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

/// A new folder of its own, removed with all in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string path(std::string_view name = {}) const { return (path_ / name).string(); }

  /// Every entry with what it holds: a file's bytes, a link's target, else its kind. Only while no
  /// store of this process is open in it: closing a file by hand drops SQLite's locks on it.
  std::map<std::string, std::string> contents() const;

  /// The names of all entries, with a space between them, in order.
  std::string names() const;

 private:
  std::filesystem::path path_;
};

/// The same rule holds for these two.
std::string read_bytes(const std::string& path);
void write_bytes(const std::string& path, std::string_view bytes);

/// 0 when there is no such file. May be asked at any time.
std::uint64_t size_of_file(const std::string& path);

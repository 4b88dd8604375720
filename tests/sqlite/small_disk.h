#pragma once

#include <cstddef>
#include <string>

/// A tmpfs of 4 MiB at a folder, gone with the object.
class SmallDisk {
 public:
  explicit SmallDisk(std::string at);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  bool make_read_only() const;

 private:
  std::string at_;
  bool mounted_ = false;
};

/// Whether a test can go on. Nothing is skipped in silence, and by root nothing at all.
bool can_mount(const SmallDisk& disk);

/// Fills a file system but for `left` bytes.
class Filler {
 public:
  Filler(std::string path, std::size_t left);
  ~Filler();
  Filler(const Filler&) = delete;
  Filler& operator=(const Filler&) = delete;

  std::size_t size() const { return size_; }

 private:
  std::string path_;
  std::size_t size_ = 0;
};

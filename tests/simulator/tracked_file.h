#pragma once

#include "random.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What of one file would be there after a power cut: all that was written before its last sync,
/// and of what came later any part: each sector in any of the versions it had since.
class TrackedFile {
 public:
  static constexpr std::size_t sector_bytes = 512;

  /// Bytes of the file as it is, fewer at its end.
  using Reader = std::function<std::string(std::int64_t offset, std::size_t bytes)>;

  /// As it is, it is on the disk.
  explicit TrackedFile(std::size_t size) : durable_size_(size), size_(size) {}

  /// Each before it happens.
  void write(std::int64_t offset, const void* data, std::size_t bytes, const Reader& read);
  void truncate(std::size_t size, const Reader& read);

  void sync();

  /// A sync that failed: part of what was written came to the disk, and of the rest the operating
  /// system believes that it is there, so that no later sync will write it.
  void fail_sync(const std::string& current, Random& random);

  /// Whether there is something that a sync would write.
  bool is_dirty() const { return !pending_.empty(); }

  /// The content that a power cut leaves; `current` is what reading it gives.
  std::string after_cut(const std::string& current, Random& random) const;

  /// For a file that has lost its name: what it held.
  void keep(std::string content) { kept_ = std::move(content); }
  const std::optional<std::string>& kept() const { return kept_; }

 private:
  static constexpr std::size_t page_bytes = 4'096;
  using Sector = std::string;  // shorter at the end of the file

  struct Change {
    bool truncation = false;
    std::size_t offset = 0;  // or the new size
    std::string data;
  };

  void save(std::size_t from, std::size_t to, const Reader& read);
  std::string durable_part(const std::string& current) const;
  void replay(std::string& image, Random& random) const;

  std::map<std::size_t, Sector> durable_;  // of those that differ from what reading gives
  std::size_t durable_size_ = 0;
  std::size_t size_ = 0;
  std::vector<Change> pending_;
  std::optional<std::string> kept_;
};

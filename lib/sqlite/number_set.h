#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace fnstore::sqlite {

/// Positive numbers, a bit each: those that the file counts up are dense, so that a billion of
/// them takes some 128 MiB. Numbers that damage has scattered cannot make it grow without end.
class NumberSet {
 public:
  enum class Added { now, before, no_room };
  Added add(std::int64_t number);
  bool contains(std::int64_t number) const;
  /// Rising, but for negative ones, which come last.
  void for_each(const std::function<void(std::int64_t)>& take) const;

  std::uint64_t size() const { return size_; }
  bool overflowed() const { return overflowed_; }

 private:
  static constexpr std::size_t page_words = 512;
  static constexpr std::size_t page_bits = page_words * 64;
  static constexpr std::size_t most_pages = 65'536;  // 256 MiB
  using Page = std::array<std::uint64_t, page_words>;

  std::map<std::uint64_t, std::unique_ptr<Page>> pages_;
  std::uint64_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace fnstore::sqlite

#pragma once

#include <cstdint>

/// While it lives, `new` of the whole process, on any thread, fails for the allocations from the
/// `first` on (counted from 1), `length` of them. One at a time.
class FailingNew {
 public:
  FailingNew(std::uint64_t first, std::uint64_t length) noexcept;
  ~FailingNew();
  FailingNew(const FailingNew&) = delete;
  FailingNew& operator=(const FailingNew&) = delete;

  /// So many allocations failed up to now.
  static std::uint64_t failures() noexcept;
};

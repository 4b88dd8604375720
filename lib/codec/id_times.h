#pragma once

#include "codec/id_text.h"
#include "codec/packed_column.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::codec {

/// The times in the generated ids of one block, kept apart from it in less than half of its bytes:
/// they tell how far below a place its next call is, without the block.
class IdTimes {
 public:
  /// Of the sum kept before each run of so many calls.
  static constexpr std::size_t run = 32;

  /// `column`: the packed times, with what follows them in the block; `sums`: those before each
  /// run. Throws `corrupt`.
  IdTimes(std::string_view column, std::size_t calls, std::vector<std::uint64_t> sums);

  /// An id at or above every id of the block that is below `bound`, itself at most `bound`; it is
  /// below it where times alone can tell. Nothing when `bound` is no generated id.
  std::optional<IdText> at_most(std::string_view bound) const;

  std::size_t memory() const noexcept;

 private:
  std::string bytes_;
  std::size_t calls_ = 0;
  PackedColumn steps_;
  std::vector<PackedColumn::Frame> frames_;
  std::vector<std::uint64_t> sums_;
};

}  // namespace fnstore::codec

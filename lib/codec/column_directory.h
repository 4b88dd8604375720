#pragma once

#include "codec/block_layout.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fnstore::codec {

/// What stands before the columns of a block: lib/FORMAT.md draws it.
struct ColumnDirectory {
  bool text_ids = false;
  std::size_t calls = 0;
  std::uint64_t texts_checksum = 0;  // 0: no such part, as the next
  std::uint64_t stats_checksum = 0;
  /// Where each column begins in the block's bytes; behind the last one, where it ends.
  std::array<std::size_t, layout::column_count + 1> offsets{};
};

/// Checks the bytes against the checksum and reads how they are divided, and no column of them.
/// Throws `corrupt`.
ColumnDirectory read_column_directory(std::string_view columns, std::uint64_t checksum);

/// What lib/FORMAT.md calls a column, such as "id_time".
std::string_view column_name(layout::Column column) noexcept;

}  // namespace fnstore::codec

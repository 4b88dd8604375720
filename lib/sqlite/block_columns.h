#pragma once

#include "codec/block_layout.h"
#include "sqlite/handle_statement.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fnstore::sqlite {

/// What the packed calls of one function take up, by column: first the columns of lib/FORMAT.md,
/// then what stands before and behind them, the two other parts, and the row of call_blocks.
struct FunctionBytes {
  static constexpr std::size_t header = codec::layout::column_count;
  static constexpr std::size_t texts = header + 1;
  static constexpr std::size_t stats = header + 2;
  static constexpr std::size_t block_row = header + 3;
  static constexpr std::size_t parts = header + 4;

  std::string fn_id;
  std::int64_t calls = 0;
  std::array<std::int64_t, parts> bytes{};
};

std::string_view part_name(std::size_t part) noexcept;

/// Sums up the blocks of one function after the other, in order of their number. It reads how the
/// blocks are divided and decodes none of their columns. Every method may throw Error or
/// HandleFailure.
class BlockColumns {
 public:
  explicit BlockColumns(sqlite3* handle);

  /// Begins anew, with all functions or one.
  void start(const std::optional<std::string>& fn_id);
  /// The next function that has blocks, or null; good until the next call.
  const FunctionBytes* next();

 private:
  void add_block();
  void step();

  HandleStatement all_;
  HandleStatement one_;
  HandleStatement* running_ = nullptr;  // stands on a block that is not added yet
  std::string wanted_;
  FunctionBytes function_;
};

}  // namespace fnstore::sqlite

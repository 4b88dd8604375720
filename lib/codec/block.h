#pragma once

#include "codec/call_entry.h"
#include "codec/integer_column.h"
#include "codec/stats_columns.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::codec {

/// What is known of a block without reading it.
struct BlockSummary {
  std::uint32_t calls = 0;
  std::uint32_t errors = 0;     // status error
  std::uint32_t cancelled = 0;  // status cancelled; the rest are success
  std::uint32_t type_mask = 0;  // bit n: a call of CallType n is in it
  std::uint32_t min_app = 0;
  std::uint32_t max_app = 0;
  std::int64_t min_created = 0;
  std::int64_t max_created = 0;
  std::string min_id;
  std::string max_id;

  friend bool operator==(const BlockSummary&, const BlockSummary&) = default;
};

/// A block as it is stored: three parts, so that a page reads only what it needs.
struct EncodedBlock {
  BlockSummary summary;
  std::string columns;
  std::string texts;           // a frame: the distinct errors and trigger ids
  std::string stats;           // codec/stats_part.h
  std::uint64_t checksum = 0;  // of `columns`, which holds those of the other two
};

inline constexpr std::size_t block_calls = 512;             // a full block
inline constexpr std::size_t block_calls_limit = 4'096;     // more is damage
inline constexpr std::size_t block_soft_bytes = 256 << 10;  // texts and stats close a block early
inline constexpr std::size_t block_part_limit = std::size_t{16} << 20;  // a part, unpacked

/// Packs finished calls of one function, 1 to block_calls_limit, in strictly rising order of id.
EncodedBlock encode_block(std::span<const CallEntry* const> calls);

/// Reads a block column by column, each when it is first asked for. Every method may throw
/// `corrupt`. Not safe for use by two threads at once.
class BlockReader {
 public:
  /// Checks `columns` against the checksum.
  BlockReader(std::string columns, std::uint64_t checksum);

  std::size_t size() const noexcept { return calls_; }
  /// What it takes up by now, in bytes; grows with what is asked for.
  std::size_t memory() const noexcept;

  IdText id(std::size_t index);
  Status status(std::size_t index);
  CallType type(std::size_t index);
  std::uint32_t app_no(std::size_t index);
  std::int64_t created(std::size_t index);
  std::int64_t started(std::size_t index);
  std::int64_t completed(std::size_t index);
  std::uint64_t detail_no(std::size_t index);
  std::uint64_t log_no(std::size_t index);

  /// False when no call of the block has request fields or a log that is not empty.
  bool owns_anything();

  /// Milliseconds from created to started, and from started to completed; no_time where one of the
  /// two is not set. Neither needs the ids nor created.
  std::int64_t wait(std::size_t index);
  std::int64_t run(std::size_t index);

  /// The same of every call at once: `out` has size() places.
  void read_waits(std::span<std::int64_t> out);
  void read_runs(std::span<std::int64_t> out);
  void read_created(std::span<std::int64_t> out);
  /// The indices of the calls that did not succeed, added to `out`.
  void read_failures(std::vector<std::size_t>& out);

  /// The number of calls whose id is below `id`, bytewise.
  std::size_t lower_bound(std::string_view id);

  /// Whether trigger_id, error or stats of a call need the part that the caller must supply.
  bool has_trigger(std::size_t index);
  bool has_error(std::size_t index);
  bool has_stats(std::size_t index);
  bool needs_texts() const noexcept { return texts_checksum_ != 0; }
  bool needs_stats() const noexcept { return stats_checksum_ != 0; }

  /// Supplies a part, checked against its checksum. Must come before the accessors below.
  void supply_texts(std::string_view frame);
  void supply_stats(std::string_view part);
  bool texts_supplied() const noexcept { return texts_supplied_; }
  bool stats_supplied() const noexcept { return stats_supplied_; }

  const std::string& trigger_id(std::size_t index);
  const std::string& error(std::size_t index);
  std::string stats(std::size_t index);

  /// For a filter on error text: which entries of the block's dictionary contain `part`, so that
  /// each distinct text is searched once.
  std::vector<bool> errors_containing(std::string_view part);
  std::size_t error_number(std::size_t index);

  /// Everything of one call. Texts and stats must have been supplied where the block has them.
  CallEntry entry(std::size_t index);

  /// Recomputes the summary from the columns, for verification against a stored one.
  BlockSummary summary();

 private:
  static constexpr std::size_t column_limit = 16;

  const IntegerColumn& column(std::size_t which);
  IntegerColumn decode_column(std::size_t which);
  void decode_id_times();
  void decode_ids();
  void decode_text_ids();
  std::string_view part(std::size_t which) const;
  void supply_stats_columns(std::string_view part);
  void supply_stats_frame(std::string_view frame);

  std::string bytes_;
  std::size_t calls_ = 0;
  bool text_ids_ = false;
  std::uint64_t texts_checksum_ = 0;
  std::uint64_t stats_checksum_ = 0;
  std::array<std::size_t, column_limit + 1> offsets_{};
  std::array<std::optional<IntegerColumn>, column_limit> columns_;
  bool ids_decoded_ = false;
  std::vector<IdText> ids_;  // only with text ids
  bool texts_supplied_ = false;
  bool stats_supplied_ = false;
  std::vector<std::string> texts_;
  std::string stats_bytes_;
  std::vector<std::size_t> stats_offsets_;
  std::optional<StatsColumns> stats_columns_;  // or they are in the two above
};

}  // namespace fnstore::codec

#pragma once

#include "fnstore/call_id.h"

#include "codec/call_entry.h"
#include "codec/id_times.h"
#include "codec/integer_column.h"
#include "codec/packed_column.h"
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
  std::string far_created;     // codec/far_times.h; mostly empty. Stored beside the summary
  std::uint64_t checksum = 0;  // of `columns`, which holds those of the other two
};

inline constexpr std::size_t block_calls = 512;             // a full block
inline constexpr std::size_t block_calls_limit = 4'096;     // more is damage
inline constexpr std::size_t block_soft_bytes = 256 << 10;  // texts and stats close a block early
inline constexpr std::size_t block_part_limit = std::size_t{16} << 20;  // a part, unpacked

/// Packs finished calls of one function, 1 to block_calls_limit, in strictly rising order of id.
EncodedBlock encode_block(std::span<const CallEntry* const> calls);

/// When a call was created, started and completed.
struct CallTimes {
  std::int64_t created = no_time;
  std::int64_t started = no_time;
  std::int64_t completed = no_time;
};

/// What a listing shows of a call, but for its texts.
struct ListedCall {
  CallIdParts id;  // only with generated ids
  CallTimes times;
  std::uint32_t app_no = 0;
  CallType type = CallType::none;
  Status status = Status::queued;
  bool has_trigger = false;
  bool has_error = false;
  bool has_stats = false;
  bool has_log = false;
};

/// Reads a block column by column, each when it is first asked for: a few values in place, many
/// that are asked for one by one from the column decoded as a whole. Every method may throw
/// `corrupt`. Not safe for use by two threads at once.
class BlockReader {
 public:
  /// Checks `columns` against the checksum.
  BlockReader(std::string columns, std::uint64_t checksum);

  std::size_t size() const noexcept { return calls_; }
  /// What it takes up by now, in bytes; grows with what is asked for.
  std::size_t memory() const noexcept;
  /// Lets go of columns decoded as a whole, for keeping the block until it is asked again.
  void trim() noexcept;

  IdText id(std::size_t index);
  bool has_generated_ids() const noexcept { return !text_ids_; }
  Status status(std::size_t index);
  CallType type(std::size_t index);
  std::uint32_t app_no(std::size_t index);
  std::int64_t created(std::size_t index);
  std::int64_t started(std::size_t index);
  std::int64_t completed(std::size_t index);
  CallTimes times(std::size_t index);
  /// Neighbours, from `first` on, in less time than one by one.
  void read_listed(std::size_t first, std::span<ListedCall> out);
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

  /// The last call before `index` that did not end in success. Where they are is kept.
  std::optional<std::size_t> last_failure_before(std::size_t index);

  /// The times of its ids, to be kept without the block; nothing where the ids are texts or of
  /// several machines.
  std::optional<IdTimes> id_times();

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

  /// Where a generated id stands: its parts, and those of the calls before it summed up.
  struct IdSums {
    std::uint64_t time = 0;
    std::uint32_t counter = 0;
  };
  static constexpr std::size_t id_run = IdTimes::run;  // calls from one kept sum to the next
  static constexpr std::size_t few_runs = 6;

  /// A value as it is stored.
  std::uint64_t value(std::size_t which, std::size_t index) {
    const PackedColumn& column = packed(which);
    return column.is_constant() ? column.constant() : value_not_constant(which, index);
  }
  std::uint64_t value_not_constant(std::size_t which, std::size_t index);
  const PackedColumn& packed(std::size_t which) {
    if (!packed_[which].is_open()) open_packed(which);
    return packed_[which];
  }
  void open_packed(std::size_t which);
  template <typename Take>
  void read_values(std::size_t which, std::size_t first, std::size_t count, Take take);
  const IntegerColumn& column(std::size_t which);
  IntegerColumn decode_column(std::size_t which);
  void open_ids();
  void decode_text_ids();
  void decode_generated_ids();
  bool keep_id_sums();
  std::vector<std::uint64_t> read_machines() const;
  void read_id_run(std::size_t run);
  CallIdParts id_parts(std::size_t index);
  std::uint64_t id_time(std::size_t index);
  std::size_t lower_bound_of_parts(const CallIdParts& bound, bool above);
  std::string_view part(std::size_t which) const;
  void supply_stats_columns(std::string_view part);
  void supply_stats_frame(std::string_view frame);

  std::string bytes_;
  std::size_t calls_ = 0;
  bool text_ids_ = false;
  std::uint64_t texts_checksum_ = 0;
  std::uint64_t stats_checksum_ = 0;
  std::array<std::uint32_t, column_limit + 1> offsets_{};
  std::array<std::optional<IntegerColumn>, column_limit> columns_;
  std::array<PackedColumn, column_limit> packed_;
  std::vector<PackedColumn::Frame> frames_;  // of packed_
  bool ids_open_ = false;                    // trim() leaves that as it is
  std::vector<IdText> ids_;                  // only with text ids
  // Ids of one machine are read in runs, from the sums that are kept for the first of each.
  std::uint64_t machine_ = 0;
  std::vector<IdSums> id_sums_;
  std::size_t run_ = no_run;
  std::size_t runs_read_ = 0;  // beyond few_runs all are decoded
  std::array<IdSums, id_run> run_ids_;
  std::optional<std::vector<std::uint16_t>> failures_;  // calls whose status is not success
  bool texts_supplied_ = false;
  bool stats_supplied_ = false;
  std::vector<std::string> texts_;
  std::size_t texts_bytes_ = 0;  // what ids_ and texts_ take up beside themselves
  std::string stats_bytes_;
  std::vector<std::size_t> stats_offsets_;
  std::optional<StatsColumns> stats_columns_;  // or they are in the two above

  static constexpr std::size_t no_run = ~std::size_t{0};
};

}  // namespace fnstore::codec

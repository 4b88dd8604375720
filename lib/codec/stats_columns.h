#pragma once

#include "codec/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::codec {

/// Between these times a call ran, in milliseconds since 1970, as far as they are set: its samples
/// are expected there.
struct CallSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// The span of a call whose started and completed may be no_time.
CallSpan call_span(std::int64_t created, std::int64_t started, std::int64_t completed) noexcept;

/// What a block with more than these keeps call by call. Stored: never change.
inline constexpr std::size_t stats_columns_limit = std::size_t{1} << 18;  // samples, or values
inline constexpr std::size_t stats_names_limit = std::size_t{1} << 16;    // names, or sets of them

/// The stats of a block's calls (each as of codec/stats_blob.h, or empty) as columns: lib/FORMAT.md
/// has the layout. Puts the number of samples of each call into `samples`. Absent when some stats
/// would not come back byte by byte, or are beyond the limits.
std::optional<std::string> encode_stats_columns(std::span<const std::string_view> stats,
                                                std::span<const CallSpan> spans,
                                                std::span<std::uint64_t> samples);

/// Whether the stats part of a block is in columns; else it is a frame.
bool is_stats_columns(std::string_view part) noexcept;

/// The stats of a block's calls, decoded from columns.
class StatsColumns {
 public:
  /// Throws `corrupt`. `samples`: how many each call has. Takes at most some MiB.
  StatsColumns(std::string_view part, std::span<const std::uint64_t> samples,
               std::span<const CallSpan> spans);

  /// The stats of a call as of codec/stats_blob.h.
  std::string stats(std::size_t call) const;
  std::size_t memory() const noexcept;

 private:
  void read_times(ByteReader& in, std::span<const std::uint32_t> order,
                  std::span<const CallSpan> spans);
  void read_values(ByteReader& in, std::span<const std::uint32_t> order);

  std::vector<std::string> names_;
  std::vector<std::vector<std::uint32_t>> sets_;  // of numbers of names
  std::vector<std::uint32_t> first_sample_;       // of each call, and the end
  std::vector<std::int64_t> times_;               // of each sample, call by call, as the next two
  std::vector<std::uint32_t> set_of_sample_;
  std::vector<std::uint32_t> first_value_;
  std::vector<std::uint64_t> values_;
};

}  // namespace fnstore::codec

#pragma once

#include "fnstore/status.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

enum class Comparison { equal, below, at_most, above, at_least };

/// What a statement asks of the calls it wants, as far as it can be used to pass over others. It
/// may let too many through, never too few: SQLite checks every condition itself.
struct CallsFilter {
  bool nothing = false;                            ///< no call at all can match
  std::optional<std::vector<std::string>> fn_ids;  ///< absent: any function
  std::optional<std::string> low_id;               ///< no id is below it
  std::optional<std::string> high_id;              ///< no id is above it
  std::int64_t from_created = std::numeric_limits<std::int64_t>::min();  ///< inclusive
  std::int64_t to_created = std::numeric_limits<std::int64_t>::max();    ///< inclusive
  unsigned status_mask = ~0U;                                            ///< bit n: Status n

  void compare_id(Comparison comparison, std::string_view text);
  void compare_created(Comparison comparison, std::string_view text);
  /// Only calls of these functions, and of those asked for before.
  void want_functions(std::vector<std::string> wanted);
  /// Words that are no status match nothing.
  void want_status(const std::vector<std::string>& words);

  /// Whether what a block or a group is known to hold can rule it out.
  bool narrows_blocks() const;
  template <typename Summary>
  bool may_match(const Summary& summary) const {
    return summary.calls > 0 && summary.max_created >= from_created &&
           summary.min_created <= to_created &&
           may_have_status(summary.calls, summary.errors, summary.cancelled);
  }
  bool may_have_ids(std::string_view min_id, std::string_view max_id) const {
    return (!low_id || max_id >= *low_id) && (!high_id || min_id <= *high_id);
  }

  bool has_status(Status status) const {
    return (status_mask >> static_cast<unsigned>(status) & 1U) != 0;
  }
  bool has_created(std::int64_t created) const {
    return from_created <= created && created <= to_created;
  }

 private:
  bool may_have_status(std::uint64_t calls, std::uint64_t errors, std::uint64_t cancelled) const;
};

}  // namespace fnstore::sqlite

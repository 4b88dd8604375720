#pragma once

#include "fnstore/call_filter.h"

#include "sqlite/block_table.h"
#include "sqlite/recent_index.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// What may go of one function's finished calls: all of these together.
struct PruneCut {
  std::vector<Status> status;  // finished ones; empty: all
  std::optional<Timestamp> before;
  std::optional<std::uint64_t> keep_last;
};

/// A cut made ready: keep_last has become the id of the oldest call that it keeps.
struct PruneSelection {
  std::uint32_t fn_no = 0;
  CallFilter filter;  // status and to_time
  Bound below_id;     // only ids below it

  bool allows(std::string_view id) const { return !below_id || id < *below_id; }
};

/// Calls by status.
using PruneCounts = std::array<std::uint64_t, status_count>;

/// The calls of a function that are not packed, rising by id, copied out of the index.
using FunctionRows = std::vector<RecentPointer>;

/// Nothing when keep_last keeps all there is.
std::optional<PruneSelection> select_prunable(Connection& connection, std::uint32_t fn_no,
                                              const FunctionRows& rows, const PruneCut& cut);

/// What deleting would delete, by status. Whole blocks are counted unread.
PruneCounts count_prunable(Connection& connection, const PruneSelection& selection,
                           const FunctionRows& rows);

/// The calls of a block that `matcher` selects, by status, when all are: from its summary.
PruneCounts counts_of(const codec::BlockSummary& summary);

}  // namespace fnstore::sqlite

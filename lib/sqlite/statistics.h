#pragma once

#include "fnstore/statistics.h"

#include "sqlite/snapshot.h"

namespace fnstore::sqlite {

/// Looks at every call that the request's filter selects, as of the snapshot. Of a block only the
/// columns that count are decoded, and those that its summary answers are not.
Statistics collect_statistics(Snapshot& snapshot, const StatisticsRequest& request);

}  // namespace fnstore::sqlite

#pragma once

#include "fnstore/fnstore.h"

#include <optional>
#include <string>
#include <vector>

/// The statistics of calls, from sorted arrays: slow and obvious. Without a timeline.
fnstore::Statistics plain_statistics(const std::vector<fnstore::Call>& calls, fnstore::GroupBy by);

/// What differs between the two, the timeline held against the calls; nothing when all is equal.
std::optional<std::string> difference(const fnstore::Statistics& got,
                                      const std::vector<fnstore::Call>& calls, fnstore::GroupBy by);

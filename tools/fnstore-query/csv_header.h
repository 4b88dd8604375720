#pragma once

#include "csv_rows.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace fnstore::query {

/// Reads the header row: for each column of the file, the position of its name in `known`. Throws
/// LineError for a name that is unknown or stands twice, for a missing one of `required`, and for
/// an input without any row.
std::vector<std::size_t> read_csv_header(CsvRows& rows, std::span<const std::string_view> known,
                                         std::span<const std::string_view> required);

/// Throws LineError unless the row has as many cells as the header.
void check_cells(const CsvRow& row, std::size_t columns);

}  // namespace fnstore::query

#include "csv_header.h"

#include "harmless.h"
#include "nearest_word.h"
#include "record_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>

namespace fnstore::query {

std::vector<std::size_t> read_csv_header(CsvRows& rows, std::span<const std::string_view> known,
                                         std::span<const std::string_view> required) {
  const auto header = rows.next();
  if (!header) throw LineError(1, "there is no header row that names the columns");
  std::vector<std::size_t> columns;
  for (const CsvCell& cell : header->cells) {
    const auto found = std::ranges::find(known, std::string_view{cell.text});
    if (found == known.end()) {
      const std::vector<std::string> words(known.begin(), known.end());
      throw LineError(header->line,
                      fmt::format("unknown column {}{}; see fnstore-query import --help",
                                  in_quotes(cell.text), reference::did_you_mean(cell.text, words)));
    }
    const auto position = static_cast<std::size_t>(found - known.begin());
    if (std::ranges::find(columns, position) != columns.end()) {
      throw LineError(header->line, fmt::format("column {} stands twice", *found));
    }
    columns.push_back(position);
  }
  for (const std::string_view name : required) {
    const bool there =
        std::ranges::any_of(columns, [&](std::size_t position) { return known[position] == name; });
    if (!there) throw LineError(header->line, fmt::format("there is no column {}", name));
  }
  return columns;
}

void check_cells(const CsvRow& row, std::size_t columns) {
  if (row.cells.size() == columns) return;
  throw LineError(row.line,
                  fmt::format("has {} fields where the header has {}", row.cells.size(), columns));
}

}  // namespace fnstore::query

#pragma once

#include "fnstore/call.h"

#include "csv_rows.h"

#include <span>
#include <string>
#include <string_view>

namespace fnstore::query {

/// The columns of calls in CSV: the model's names, and `payload_base64`, `log` and `log_base64`.
/// stats, config, annotations and headers hold JSON; what is not set is empty.
struct CsvColumn {
  std::string_view name;
  void (*write)(const CallRecord& record, std::string& out);
  /// The cell is not absent. Throws Error `invalid`.
  void (*read)(const CsvCell& cell, CallRecord& record);
};

enum class CsvColumns {
  listing,  ///< what listings carry
  whole,    ///< a call without its log
  record,   ///< a call with its log
};

std::span<const CsvColumn> csv_columns(CsvColumns which);

/// The header row, and the row of a call, each with its newline.
std::string csv_header(CsvColumns which);
std::string csv_line(const CallRecord& record, CsvColumns which);

}  // namespace fnstore::query

#include "call_output.h"

#include "fnstore/json.h"

#include "call_csv.h"
#include "call_fields.h"

namespace fnstore::query {

std::string show_call(const Call& call, Format format, const Session& session) {
  switch (format) {
    case Format::json:
    case Format::jsonl:
      return to_json(call) + "\n";
    case Format::csv:
      return csv_header(CsvColumns::whole) + csv_line({call, std::nullopt}, CsvColumns::whole);
    case Format::table:
      break;
  }
  return field_list(call_fields(call), session.terminal);
}

}  // namespace fnstore::query

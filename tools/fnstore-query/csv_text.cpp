#include "csv_text.h"

namespace fnstore::query {

void append_csv_field(std::string& out, std::string_view text) {
  const bool edge_space = text.starts_with(' ') || text.ends_with(' ');
  if (!edge_space && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (std::size_t quote = text.find('"'); quote != std::string_view::npos;
       quote = text.find('"')) {
    out += text.substr(0, quote + 1);
    out += '"';
    text.remove_prefix(quote + 1);
  }
  out += text;
  out += '"';
}

std::string csv_row(std::span<const std::string_view> fields) {
  std::string row;
  bool first = true;
  for (const std::string_view field : fields) {
    if (!first) row += ',';
    first = false;
    append_csv_field(row, field);
  }
  return row += '\n';
}

}  // namespace fnstore::query

#include "copy_report.h"

#include <fmt/format.h>

namespace fnstore::query {

std::string copy_report(const CopyCounts& counts, Format format) {
  switch (format) {
    case Format::csv:
      return fmt::format("bytes,calls\n{},{}\n", counts.bytes, counts.calls);
    case Format::table:
      return fmt::format("bytes  {}\ncalls  {}\n", counts.bytes, counts.calls);
    case Format::json:
    case Format::jsonl:
      break;
  }
  return fmt::format("{{\"bytes\":{},\"calls\":{}}}\n", counts.bytes, counts.calls);
}

}  // namespace fnstore::query

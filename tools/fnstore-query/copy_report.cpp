#include "copy_report.h"

#include "failure.h"

#include <fmt/format.h>

namespace fnstore::query {
namespace {

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

}  // namespace

int report_copy(const std::optional<CopyCounts>& counts, std::string_view stopped,
                const StopSignals& signals, const Session& session) {
  if (!counts) {
    say_error(stopped);
    signals.end_process();
  }
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  out.write(copy_report(*counts, format));
  out.finish();
  return exit_status::done;
}

}  // namespace fnstore::query

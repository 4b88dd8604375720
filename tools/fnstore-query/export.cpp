#include "fnstore/error.h"
#include "fnstore/json.h"

#include "call_csv.h"
#include "command.h"
#include "failure.h"
#include "given_option.h"
#include "harmless.h"
#include "progress.h"
#include "replacement_file.h"
#include "time_argument.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <sys/stat.h>

namespace fnstore::query {
namespace {

struct ExportArguments {
  std::string fn_id;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::string file;
};

constexpr std::size_t page_size = 1'000;

constexpr const char* export_footer =
    "Writes each call with its request fields, its stats and its log, in the order of\n"
    "`list`, as jsonl or with --format csv as csv. What import makes of it exports to\n"
    "the same bytes again. Bytes that are not UTF-8 stand in payload_base64 and\n"
    "log_base64. FILE appears when it is complete, mode 0600; what was there before\n"
    "is replaced. Calls that come or go meanwhile may be in it or not.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db export -o history.jsonl\n"
    "  fnstore-query --db history.db export resize --from 7d --format csv > week.csv\n"
    "  fnstore-query --db history.db export | zstd > history.jsonl.zst\n";

class CallWriter {
 public:
  CallWriter(const Store& store, Output& out, Format format)
      : store_(store), out_(out), format_(format) {
    if (format_ == Format::csv) out_.write(csv_header(CsvColumns::record));
  }

  /// Listings carry no request fields and no log: fetches them. Whether the call is still there.
  bool write(const CallKey& key) {
    std::optional<Call> call = store_.find(key);
    if (!call) return false;
    const CallRecord record{std::move(*call), store_.find_log(key)};
    if (format_ == Format::csv) {
      out_.write(csv_line(record, CsvColumns::record));
    } else {
      out_.write(to_json(record));
      out_.write("\n");
    }
    return true;
  }

 private:
  const Store& store_;
  Output& out_;
  Format format_;
};

Format export_format(const Session& session) {
  const Format format = session.format.value_or(Format::jsonl);
  if (format == Format::jsonl || format == Format::csv) return format;
  throw UsageError(fmt::format("--format: export writes jsonl or csv, not {}", to_string(format)));
}

CallFilter make_filter(const ExportArguments& arguments) {
  const Timestamp now = system_clock().now();
  CallFilter filter;
  filter.fn_id = arguments.fn_id;
  filter.per_page = page_size;
  if (arguments.from) filter.from_time = parse_time_argument("--from", *arguments.from, now);
  if (arguments.to) filter.to_time = parse_time_argument("--to", *arguments.to, now);
  return filter;
}

/// How many calls will come, where that is known without looking at them.
std::optional<std::uint64_t> expected_calls(const Store& store, const CallFilter& filter,
                                            const Session& session) {
  const bool everything = filter.fn_id.empty() && !filter.from_time && !filter.to_time;
  if (!everything || !session.terminal.error_is_terminal) return std::nullopt;
  return store.info().calls;
}

void write_calls(const Store& store, const CallFilter& filter, Output& out, Format format,
                 const Session& session, bool to_terminal) {
  Progress progress("export", expected_calls(store, filter, session), session.terminal,
                    to_terminal);
  CallWriter writer(store, out, format);
  std::uint64_t seen = 0;
  std::uint64_t written = 0;
  for (const Call& call : store.calls(filter)) {
    if (writer.write(call.key())) ++written;
    progress.update(++seen, written);
  }
  out.finish();
  progress.finish(written);
}

/// Replacing the store by its own export would lose it.
void refuse_store(const std::string& file, const std::string& db) {
  struct stat target {};
  struct stat store {};
  if (::stat(file.c_str(), &target) == 0 && ::stat(db.c_str(), &store) == 0 &&
      target.st_dev == store.st_dev && target.st_ino == store.st_ino) {
    throw UsageError("-o: this is the store itself; give another file");
  }
}

int run(const ExportArguments& arguments, const Session& session) {
  const Format format = export_format(session);
  const CallFilter filter = make_filter(arguments);
  const Store store = session.open_to_read();
  if (arguments.file.empty() || arguments.file == "-") {
    Output out = session.standard_output(format);
    write_calls(store, filter, out, format, session, session.terminal.output_is_terminal);
    return exit_status::done;
  }
  refuse_store(arguments.file, session.db);
  ReplacementFile file(arguments.file);
  write_calls(store, filter, file.output(), format, session, false);
  file.commit();
  return exit_status::done;
}

}  // namespace

Run define_export(CLI::App& app) {
  const auto arguments = std::make_shared<ExportArguments>();
  app.add_option("FN_ID", arguments->fn_id, "Only calls of this function");
  add_given_option(app, "--from", arguments->from, "TIME",
                   "Only calls created after TIME: RFC 3339, seconds since 1970, or an age "
                   "(90s 15m 36h 7d 2w)");
  add_given_option(app, "--to", arguments->to, "TIME", "Only calls created before TIME");
  app.add_option("-o,--output", arguments->file,
                 "Write to FILE instead of standard output; - is standard output")
      ->type_name("FILE");
  app.footer(export_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

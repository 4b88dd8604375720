#include "fnstore/error.h"

#include "batch_import.h"
#include "byte_pieces.h"
#include "command.h"
#include "csv_text.h"
#include "failure.h"
#include "progress.h"
#include "record_reader.h"

#include <CLI/CLI.hpp>
#include <array>
#include <fmt/format.h>
#include <memory>

namespace fnstore::query {
namespace {

struct ImportArguments {
  std::string file;
  std::string input_format;
  std::string on_conflict = "error";
};

constexpr const char* import_footer =
    "Input formats:\n"
    "  jsonl  one JSON object a line, as `get` and `export` write it, with `log` (or\n"
    "         `log_base64`, `payload_base64` where the bytes are not UTF-8). `id`,\n"
    "         `fn_id` and `status` must be there. Empty lines are skipped.\n"
    "  csv    a header row names the columns, in any order, with the names of the\n"
    "         JSON fields; stats, config, annotations and headers hold JSON. A bare\n"
    "         empty field is not set; a quoted one (\"\") in `log` is an empty log.\n"
    "  azure  csv with app,func,end_timestamp,duration, as in the Azure Functions\n"
    "         trace of 2021; times are seconds since 2021-01-31T00:00:00Z. Calls get\n"
    "         fn_id app/func, and ids that are the same whenever the file is read.\n"
    "\n"
    "Calls are written in batches. A bad line, or a call that exists already, stops\n"
    "the import with its line number; everything before it is in the store. Prints\n"
    "{\"imported\":N,\"skipped\":N} in either case; replaced calls count as imported.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db import calls.jsonl\n"
    "  fnstore-query --db a.db export | fnstore-query --db b.db import --on-conflict skip\n"
    "  fnstore-query --db trace.db import --input-format azure invocations.csv\n";

/// Of a declared value, as the next one.
OnConflict parse_on_conflict(std::string_view text) {
  if (text == "skip") return OnConflict::skip;
  return text == "replace" ? OnConflict::replace : OnConflict::error;
}

InputFormat parse_input_format(const ImportArguments& arguments) {
  const std::string_view text = arguments.input_format;
  if (text == "azure") return InputFormat::azure;
  const bool named_csv = text.empty() && arguments.file.ends_with(".csv");
  return text == "csv" || named_csv ? InputFormat::csv : InputFormat::jsonl;
}

std::unique_ptr<RecordReader> open_reader(InputFormat format, BytePieces& pieces) {
  switch (format) {
    case InputFormat::jsonl:
      break;
    case InputFormat::csv:
      return open_csv(pieces);
    case InputFormat::azure:
      return open_azure(pieces);
  }
  return open_jsonl(pieces);
}

std::string report(const InsertCounts& counts, std::optional<Format> format) {
  if (format == Format::csv) {
    return fmt::format("imported,skipped\n{},{}\n", counts.inserted, counts.skipped);
  }
  if (format == Format::table) {
    return fmt::format("imported  {}\nskipped   {}\n", counts.inserted, counts.skipped);
  }
  return fmt::format("{{\"imported\":{},\"skipped\":{}}}\n", counts.inserted, counts.skipped);
}

/// Reads everything into the batches; whatever happens, what was read before it is written.
void read_all(RecordReader& reader, const BytePieces& pieces, BatchImport& batches,
              Progress& progress) {
  try {
    while (auto input = reader.next()) {
      batches.add(std::move(*input));
      progress.update(pieces.bytes_read(), batches.counts().inserted + batches.counts().skipped);
    }
  } catch (const LineError&) {
    batches.flush();  // a line that the store refuses comes before the one that cannot be read
    throw;
  }
  batches.flush();
}

void import_file(InputFile& file, InputFormat format, BatchImport& batches,
                 const Session& session) {
  BytePieces pieces(file);
  Progress progress("import", file.size(), session.terminal);
  const auto reader = open_reader(format, pieces);
  read_all(*reader, pieces, batches, progress);
  progress.finish(batches.counts().inserted);
}

int run(const ImportArguments& arguments, const Session& session) {
  const OnConflict on_conflict = parse_on_conflict(arguments.on_conflict);
  const InputFormat format = parse_input_format(arguments);
  InputFile file(arguments.file);
  if (file.is_terminal()) say("Reading calls from the terminal; end with Ctrl-D.");
  Store store = session.open_to_write();
  BatchImport batches(store, on_conflict);
  std::exception_ptr failure;
  try {
    import_file(file, format, batches, session);
  } catch (...) {
    failure = std::current_exception();
  }
  Output out = session.standard_output(Format::json);
  out.write(report(batches.counts(), session.format));
  out.finish();
  if (failure) std::rethrow_exception(failure);
  return exit_status::done;
}

}  // namespace

Run define_import(CLI::App& app) {
  const auto arguments = std::make_shared<ImportArguments>();
  app.add_option("FILE", arguments->file, "The file to read; - or nothing is standard input");
  app.add_option("--input-format", arguments->input_format,
                 "What FILE holds. Default: csv for a file named *.csv, else jsonl")
      ->type_name("jsonl|csv|azure");
  app.add_option("--on-conflict", arguments->on_conflict,
                 "What to do with a call that exists. Default: error")
      ->type_name("error|skip|replace");
  app.footer(import_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

#include "fnstore/safekeeping.h"

#include "byte_progress.h"
#include "call_fields.h"
#include "command.h"
#include "csv_text.h"
#include "failure.h"
#include "harmless.h"

#include <CLI/CLI.hpp>
#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

constexpr const char* verify_footer =
    "Reads everything as it is at one moment, while others may go on writing:\n"
    "SQLite's own check, the checksum and content of every block, summaries,\n"
    "references and counters. Prints how much was looked at and what is wrong, at\n"
    "most 1000 problems; csv has a line for each problem and no counts. Texts of\n"
    "calls that are not packed yet, request fields and logs have no checksum: a\n"
    "letter that changed in them is not seen. Exit status 1 when something is wrong.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db verify\n"
    "  fnstore-query --db history.backup verify --format table\n";

using Count = std::pair<const char*, std::uint64_t>;

std::array<Count, 7> counts(const Verification& found) {
  return {{{"calls", found.calls},
           {"damaged_calls", found.damaged_calls},
           {"blocks", found.blocks},
           {"rows", found.rows},
           {"details", found.details},
           {"logs", found.logs},
           {"problem_count", found.problem_count}}};
}

std::string to_json(const Verification& found) {
  std::string json = fmt::format("{{\"ok\":{}", found.ok());
  for (const auto& [name, count] : counts(found)) {
    json += fmt::format(",\"{}\":{}", name, count);
  }
  json += ",\"problems\":[";
  for (const Problem& problem : found.problems) {
    if (!json.ends_with('[')) json += ',';
    json += fmt::format("{{\"where\":{},\"what\":{}}}", boost::json::serialize(problem.where),
                        boost::json::serialize(problem.what));
  }
  return json + "]}\n";
}

std::string to_csv(const Verification& found) {
  std::string csv = "where,what\n";
  for (const Problem& problem : found.problems) {
    const std::array<std::string_view, 2> row{problem.where, problem.what};
    csv += csv_row({row.begin(), row.end()});
  }
  return csv;
}

std::string to_table(const Verification& found, const Terminal& terminal) {
  std::vector<Field> fields{{"ok", found.ok() ? "yes" : "no"}};
  for (const auto& [name, count] : counts(found)) {
    fields.push_back({name, fmt::format("{}", count)});
  }
  std::string table = field_list(fields, terminal);
  for (const Problem& problem : found.problems) {
    table += fmt::format("{}: {}\n", harmless_line(problem.where), harmless_line(problem.what));
  }
  return table;
}

/// A file too damaged to be opened is a finding as well.
Verification look(const Session& session, const StopSignals& signals) {
  ByteProgress progress("verify", session.terminal, signals);
  try {
    Verification found = Safekeeping::verify_file(session.store_path(), progress.function());
    if (!found.stopped) progress.finish();
    return found;
  } catch (const Error& error) {
    if (error.code() != Errc::corrupt && error.code() != Errc::unsupported &&
        error.code() != Errc::schema_too_new) {
      throw;
    }
    Verification found;
    found.problem_count = 1;
    found.problems = {{"file", error.what()}};
    return found;
  }
}

std::string report(const Verification& found, Format format, const Terminal& terminal) {
  if (format == Format::csv) return to_csv(found);
  return format == Format::table ? to_table(found, terminal) : to_json(found);
}

int verify_store(const Session& session) {
  const StopSignals signals;
  const Verification found = look(session, signals);
  if (found.stopped) {
    say_error("stopped before everything was looked at");
    signals.end_process();
  }
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  out.write(report(found, format, session.terminal));
  out.finish();
  if (found.ok()) return exit_status::done;
  say_error(
      fmt::format("{} problem{} found: restore a backup over the store; without one, export "
                  "what still reads and import it into a new store",
                  found.problem_count, found.problem_count == 1 ? " was" : "s were"));
  return exit_status::failed;
}

}  // namespace

Run define_verify(CLI::App& app) {
  app.footer(verify_footer);
  return verify_store;
}

}  // namespace fnstore::query

#include "settings.h"

#include "fnstore/error.h"
#include "fnstore/version.h"

#include "call_plan.h"
#include "engine.h"
#include "workload.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace fnstore::bench {
namespace {

const std::map<std::string, Durability>& durabilities() {
  static const std::map<std::string, Durability> words{{"power_safe", Durability::power_safe},
                                                       {"crash_safe", Durability::crash_safe},
                                                       {"buffered", Durability::buffered}};
  return words;
}

std::string footer() {
  std::string text = "Workloads:\n";
  for (const WorkloadKind& kind : workload_kinds()) {
    text += fmt::format("  {:<14}{}\n", kind.name, kind.about);
  }
  return text +
         "\nEach result is one JSON line on stdout: workload, engine, params, metric, unit, and "
         "the\n"
         "median, min and max of the runs. Lines of the engine \"machine\" say what the disk can "
         "do.\n"
         "Exit status: 0 done, 1 failed, 2 usage.";
}

template <typename Kind>
std::set<std::string> names_of(std::span<const Kind> kinds) {
  std::set<std::string> names;
  for (const Kind& kind : kinds) names.insert(std::string(kind.name));
  return names;
}

std::set<std::string> words_of(const std::map<std::string, Durability>& words) {
  std::set<std::string> names;
  for (const auto& entry : words) names.insert(entry.first);
  return names;
}

void add_what_to_record(CLI::App& app, Settings& out, std::string& start) {
  const char* group = "What to record";
  app.add_option("--calls", out.calls, "Made-up calls (not with --trace)")
      ->check(CLI::Range(std::uint64_t{1}, max_planned_calls))
      ->capture_default_str()
      ->group(group);
  app.add_option("--fns", out.functions, "Functions they are of; popularity follows Zipf, s = 1")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  app.add_option("--scatter", out.scatter,
                 "Percent of calls whose created_at is up to 30 days off their id")
      ->check(CLI::Range(0, 100))
      ->capture_default_str()
      ->group(group);
  app.add_option("--trace", out.trace,
                 "Record the day in PREFIX_inv.csv, PREFIX_run.csv and PREFIX_mem.csv instead")
      ->type_name("PREFIX")
      ->group(group);
  app.add_option("--start", start, "When that day begins, RFC 3339")
      ->capture_default_str()
      ->group(group);
  app.add_option("--stats", out.stats, "Samples of six metrics with each call")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str()
      ->group(group);
  app.add_option("--seed", out.seed, "Where all chance comes from")
      ->capture_default_str()
      ->group(group);
}

std::set<std::string> peer_words() {
  std::set<std::string> words = names_of(engine_kinds().subspan(1));
  words.insert("all");
  return words;
}

void add_how_to_record(CLI::App& app, Settings& out) {
  const char* group = "How to record";
  app.add_option("--batch", out.batch,
                 fmt::format("Calls in one insert [{}; with --bulk {}]", Settings::usual_batch,
                             Settings::bulk_batch))
      ->check(CLI::Range(1, 10'000'000))
      ->group(group);
  app.add_flag("--bulk", out.bulk, "Large inserts, which go straight into blocks")->group(group);
  app.add_option_function<std::string>(
         "--durability",
         [&out](const std::string& word) { out.durability = durabilities().at(word); },
         "What an acknowledged insert survives")
      ->check(CLI::IsMember(words_of(durabilities())))
      ->default_str("power_safe")
      ->group(group);
  app.add_option("--engine", out.engine, "The engine to measure")
      ->check(CLI::IsMember(names_of(engine_kinds())))
      ->capture_default_str()
      ->group(group);
  app.add_option("--peer", out.peers,
                 "Measure this beside it, run by run; may be given several times, or \"all\"")
      ->check(CLI::IsMember(peer_words()))
      ->type_name("NAME")
      ->group(group);
  app.add_option("--peer-calls", out.peer_calls,
                 "ingest, replay: peers record no more than the first so many calls")
      ->check(CLI::PositiveNumber)
      ->group(group);
  app.add_option("--threads", out.threads, "group: threads that insert at once")
      ->check(CLI::Range(1, 1'024))
      ->capture_default_str()
      ->group(group);
  app.add_option("--db", out.db,
                 "Keep the last run's history in this file; page, range, filter, all-functions, "
                 "reopen and stats read it if it is there")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--dir", out.folder, "Where the runs' files are made [--db's folder, else TMPDIR]")
      ->check(CLI::ExistingDirectory)
      ->type_name("FOLDER")
      ->group(group);
}

void add_how_to_measure(CLI::App& app, Settings& out) {
  const char* group = "How to measure";
  app.add_option("--runs", out.runs, "Runs; ingest and replay start each on a fresh file")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str()
      ->group(group);
  app.add_option("--seconds", out.seconds, "group, mixed: how long a run (mixed: a state) lasts")
      ->check(CLI::Range(0.01, 3'600.0))
      ->capture_default_str()
      ->group(group);
  app.add_option("--readers", out.readers, "mixed: threads that page")
      ->check(CLI::Range(1, 64))
      ->capture_default_str()
      ->group(group);
  app.add_option("--serve", out.serve)->group("");
  app.add_option("--samples", out.samples, "Pages asked for, in each case and run")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str()
      ->group(group);
  app.add_flag("--verify", out.verify,
               "ingest, replay: compare every call after each run (replay: after the last anyway)")
      ->group(group);
}

/// What CLI11 cannot check for itself; throws CLI::ValidationError.
void check_together(Settings& out, const std::string& start) {
  namespace fs = std::filesystem;
  try {
    out.start = parse_rfc3339(start);
  } catch (const Error& error) {
    throw CLI::ValidationError("--start", error.what());
  }
  const std::set<std::string> readers{"page",          "range",  "filter",
                                      "all-functions", "reopen", "stats"};
  const bool reads = readers.contains(out.workload);
  if (out.workload == "replay" && out.trace.empty()) {
    throw CLI::ValidationError("--trace", "replay needs the trace to replay");
  }
  if (!out.db.empty() && fs::exists(out.db) && !reads) {
    throw CLI::ValidationError("--db", out.db + " is there already; give the name of a new file");
  }
  if (!out.db.empty() && fs::exists(out.db) && !out.peers.empty()) {
    throw CLI::ValidationError("--peer", "peers read calls that are made here, not those of --db");
  }
  if (!out.folder.empty()) return;
  out.folder = out.db.empty() ? fs::temp_directory_path() : fs::absolute(out.db).parent_path();
}

}  // namespace

std::optional<Settings> read_settings(int argc, char** argv, int& exit_status) {
  Settings out;
  out.engine = std::string(engine_kinds().front().name);
  std::string start = "2019-07-15T00:00:00Z";
  CLI::App app(
      "Measures fnstore: how fast it records calls, how small they get, how soon a page "
      "is there.",
      "fnstore-bench");
  app.set_version_flag("--version", std::string(version));
  app.footer(footer());
  app.add_option("WORKLOAD", out.workload, "What to measure, see below")
      ->required()
      ->check(CLI::IsMember(names_of(workload_kinds())));
  add_what_to_record(app, out, start);
  add_how_to_record(app, out);
  add_how_to_measure(app, out);
  try {
    app.parse(argc, argv);
    if (std::ranges::find(out.peers, "all") != out.peers.end()) {
      out.peers.clear();
      for (const EngineKind& kind : engine_kinds().subspan(1)) out.peers.emplace_back(kind.name);
    }
    check_together(out, start);
  } catch (const CLI::ParseError& error) {
    exit_status = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  return out;
}

std::string to_string(Durability durability) {
  for (const auto& [word, value] : durabilities()) {
    if (value == durability) return word;
  }
  return {};
}

}  // namespace fnstore::bench

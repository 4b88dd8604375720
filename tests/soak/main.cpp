// Uses one store for long with threads and processes, and looks whether it goes on needing what it
// needed: memory, descriptors, log, file, time.

#include "other_process.h"
#include "soak.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <map>

namespace {

/// What is the first to show a control.
constexpr std::string_view shown_by(Control control) {
  switch (control) {
    case Control::leak_descriptors:
      return "descriptors";
    case Control::leak_memory:
      return "memory in MiB";
    case Control::no_retention:
      return "calls";
    case Control::none:
      break;
  }
  return {};
}

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

/// Prints what was found and counts it.
Counts report(const SoakResult& result, bool is_short) {
  Counts counts;
  for (const std::string& problem : result.problems) {
    fmt::print("FAILED {}\n", problem);
    ++counts.failed;
  }
  if (!result.problems.empty()) return counts;
  counts.passed = 1;  // nothing went wrong, and the store is whole
  for (const Finding& finding : judge(result.samples, is_short ? short_tolerance : Tolerance{})) {
    fmt::print("{:6} {}: {}\n", finding.flat ? "ok" : "FAILED", finding.what, finding.figures);
    ++(finding.flat ? counts.passed : counts.failed);
  }
  return counts;
}

/// A control passes when nothing else goes wrong and its own figure is not flat.
Counts report_control(const SoakResult& result, Control control) {
  bool found = false;
  if (result.problems.empty()) {
    for (const Finding& finding : judge(result.samples, short_tolerance)) {
      found = found || (!finding.flat && finding.what == shown_by(control));
    }
  }
  for (const std::string& problem : result.problems) fmt::print("FAILED {}\n", problem);
  fmt::print("the control was {}\n", found ? "found" : "NOT found");
  return {found ? 1U : 0U, found ? 0U : 1U};
}

int run(const SoakOptions& options) {
  std::string folder = (std::filesystem::temp_directory_path() / "fnstore-soak-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    fmt::print(stderr, "no folder can be made at {}; set TMPDIR\n", folder);
    return 2;
  }
  const SoakResult result = run_soak(folder + "/soaked.db", options);
  const Counts counts = options.control == Control::none
                            ? report(result, options.time < std::chrono::minutes(10))
                            : report_control(result, options.control);
  if (result.problems.empty()) {
    std::filesystem::remove_all(folder);
  } else {
    fmt::print("kept: {}\n", folder);
  }
  fmt::print("{} passed, {} failed\n", counts.passed, counts.failed);
  return counts.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Uses one store for long, and looks whether what it needs stays flat",
               "fnstore-soak");
  SoakOptions options;
  double minutes = 30;
  double interval_seconds = 0;
  std::vector<std::string> part;
  const std::map<std::string, Control> controls{{"none", Control::none},
                                                {"leak-descriptors", Control::leak_descriptors},
                                                {"leak-memory", Control::leak_memory},
                                                {"no-retention", Control::no_retention}};
  app.add_option("--minutes", minutes, "how long; from 10 on it is judged strictly")
      ->check(CLI::Range(0.3, 100'000.0));
  app.add_option("--interval", interval_seconds,
                 "seconds between two samples; default: a sixtieth of the time, at least one")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "of what is done");
  app.add_option("--control", options.control, "what is deliberately wrong, and must be found")
      ->transform(CLI::CheckedTransformer(controls));
  app.add_option("--part", part, "be another process: PART PATH SEED prunes|keeps")->expected(4);
  CLI11_PARSE(app, argc, argv);
  if (!part.empty()) {
    return be_other_process(part[0], part[1], std::stoull(part[2]), part[3] == "prunes");
  }
  if (interval_seconds == 0) interval_seconds = std::max(1.0, minutes);
  if (minutes * 60 / interval_seconds < least_samples) {
    fmt::print(stderr, "--interval: {} samples are needed; give less, or more --minutes\n",
               least_samples);
    return 2;
  }
  options.time = std::chrono::seconds(static_cast<std::int64_t>(minutes * 60));
  options.interval = std::chrono::milliseconds(static_cast<std::int64_t>(interval_seconds * 1'000));
  return run(options);
}

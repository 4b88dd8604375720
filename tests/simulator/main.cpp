// Lets stores live through power cuts, deaths, failing disks and moving clocks, and checks after
// each that nothing acknowledged is lost and nothing invented.
#include "faults.h"
#include "plan.h"
#include "short_transfers.h"
#include "shrinking.h"
#include "simulation.h"
#include "synchronous_off.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <map>
#include <string>

namespace {

struct Settings {
  std::uint64_t seed = 1;
  std::uint64_t rounds = 200;
  bool forever = false;
  std::size_t lives = 12;
  Control control = Control::none;
  int shrink_seconds = 60;
};

void print(const Tally& tally, std::uint64_t first, std::uint64_t last) {
  fmt::print(
      "seeds {} to {}: {} lives: {} power cuts, {} deaths, {} clean ends; {} buffered, {} "
      "restoring with {} restored; {} steps failed, {} writes acknowledged, {} calls compared\n",
      first, last, tally.lives, tally.cuts, tally.deaths, tally.clean_ends, tally.buffered,
      tally.restores, tally.new_states, tally.failures, tally.acknowledged, tally.checked);
  std::fflush(stdout);
}

void report(const Plan& plan, const Violation& violation, int shrink_seconds) {
  fmt::print("FAILED seed {} life {}: {}\n", plan.seed, violation.life(), violation.what());
  std::fflush(stdout);
  if (shrink_seconds <= 0) return;
  const Plan smaller = shrink(plan, violation.life(), std::chrono::seconds(shrink_seconds));
  fmt::print("the smallest plan found that fails, life by life:\n");
  for (const Life& life : smaller.lives) fmt::print("{}", describe(life));
}

/// Runs until `rounds` lives were lived. False when one of them broke a promise.
bool run(const Settings& settings) {
  Tally tally;
  auto told = std::chrono::steady_clock::now();
  std::uint64_t seed = settings.seed;
  for (; settings.forever || tally.lives < settings.rounds; ++seed) {
    const Plan plan = make_plan(seed, settings.lives, settings.control);
    try {
      simulate(plan, tally);
    } catch (const Violation& violation) {
      report(plan, violation, settings.shrink_seconds);
      print(tally, settings.seed, seed);
      return false;
    }
    if (std::chrono::steady_clock::now() - told > std::chrono::seconds(60)) {
      print(tally, settings.seed, seed);
      told = std::chrono::steady_clock::now();
    }
  }
  print(tally, settings.seed, seed - 1);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulates power cuts and other faults beneath a store", "fnstore-simulator");
  Settings settings;
  const std::map<std::string, Control> controls{{"none", Control::none},
                                                {"synchronous-off", Control::synchronous_off},
                                                {"lying-sync", Control::lying_sync},
                                                {"lying-log-sync", Control::lying_log_sync},
                                                {"no-fence", Control::no_fence}};
  app.add_option("--seed", settings.seed, "of the first store; each next one has the next seed");
  app.add_option("--rounds", settings.rounds, "lives, each of which ends in some way");
  app.add_flag("--forever", settings.forever, "until something fails");
  app.add_option("--lives", settings.lives, "of each store");
  app.add_option("--control", settings.control, "what is deliberately wrong, and must be found")
      ->transform(CLI::CheckedTransformer(controls));
  app.add_option("--shrink-seconds", settings.shrink_seconds,
                 "to look for a smaller plan; 0: none");
  CLI11_PARSE(app, argc, argv);
  faults::install();
  install_short_transfers();
  const bool is_control = settings.control != Control::none;
  if (settings.control == Control::synchronous_off) switch_synchronous_off();
  if (is_control) settings.shrink_seconds = 0;
  const bool held = run(settings);
  const bool passed = held != is_control;
  if (is_control) fmt::print("the control was {}\n", held ? "NOT found" : "found");
  fmt::print("{} passed, {} failed\n", passed ? 1 : 0, passed ? 0 : 1);
  return passed ? 0 : 1;
}

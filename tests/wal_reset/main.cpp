// SQLite before 3.51.3 loses rows where one connection commits and begins the log anew while
// another is in the middle of a checkpoint. fnstore's rule for checkpoints keeps them; without it,
// and with SQLite's own automatic checkpoints, the same steps must do damage.

#include "contestant.h"
#include "gated_vfs.h"
#include "interleaving.h"
#include "other_process.h"
#include "rounds.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::chrono::microseconds rest{500};

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "fnstore-wal-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder " + path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file() const { return path_ + "/rows.db"; }

 private:
  std::string path_;
};

std::string or_none(const std::string& damage) {
  return damage.empty() ? "none" : damage;
}

/// With the rule, nobody commits while a checkpoint is halted, and nothing is lost.
bool check_rule() {
  const Folder folder;
  const Outcome outcome = force_interleaving(Kind::store, folder.file());
  fmt::print(
      "forced, fnstore: halted before its lock: {}, after the header: {}, the other "
      "process committed meanwhile: {}, damage: {}\n",
      outcome.halted_before_lock, outcome.halted_after_header, outcome.committed_meanwhile,
      or_none(outcome.damage));
  return outcome.halted_before_lock && !outcome.committed_meanwhile && outcome.damage.empty();
}

/// The control: the same steps reach the danger, and do damage where SQLite has the defect.
bool check_control(Kind kind, const char* what) {
  const Folder folder;
  const Outcome outcome = force_interleaving(kind, folder.file());
  fmt::print(
      "forced, {}: halted after the header: {}, the other process committed meanwhile: {}, "
      "damage: {}\n",
      what, outcome.halted_after_header, outcome.committed_meanwhile, or_none(outcome.damage));
  const bool reached = outcome.halted_after_header && outcome.committed_meanwhile;
  return reached && outcome.damage.empty() != has_reset_defect();
}

bool check_rounds(Kind kind, std::chrono::seconds time, std::uint64_t seed, bool damage_expected) {
  const Folder folder;
  const RoundsResult result = run_rounds(kind, folder.file(), time, seed);
  fmt::print("rounds, {}: seed {}, {} s, {} commits of 3 processes, damage: {}\n", to_string(kind),
             seed, time.count(), result.commits, or_none(result.damage));
  return result.commits > 0 && result.damage.empty() != damage_expected;
}

int run_checks(bool unfenced, std::chrono::seconds time, std::uint64_t seed) {
  fmt::print("SQLite {}, which {} the defect\n", sqlite3_libversion(),
             has_reset_defect() ? "has" : "does not have");
  std::vector<bool> results;
  if (unfenced) {
    results.push_back(check_control(Kind::store, "fnstore without its rule"));
  } else {
    results.push_back(check_rule());
    results.push_back(check_control(Kind::plain, "SQLite with its own checkpoints"));
    if (time.count() > 0) results.push_back(check_rounds(Kind::store, time, seed, false));
  }
  const auto failed = std::count(results.begin(), results.end(), false);
  fmt::print("{} passed, {} failed\n", static_cast<std::ptrdiff_t>(results.size()) - failed,
             failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Forces a commit into the middle of a checkpoint", "test-wal-reset");
  std::vector<std::string> other;
  bool unfenced = false;
  long seconds = 5;
  std::uint64_t seed = 1;
  std::string rounds_of;
  app.add_option("--other", other, "be another process: KIND PATH NAME")->expected(3);
  app.add_flag("--unfenced", unfenced, "this program has no rule: only look for damage");
  app.add_option("--seconds", seconds, "of rounds with several processes");
  app.add_option("--seed", seed, "of the rounds");
  app.add_option("--rounds-of", rounds_of, "only rounds, of this kind: plain or store");
  CLI11_PARSE(app, argc, argv);
  install_gated_vfs();
  if (!other.empty()) {
    slow_checkpoints(rest);
    return obey(parse_kind(other[0]), other[1], other[2]);
  }
  if (!rounds_of.empty()) {
    check_rounds(parse_kind(rounds_of), std::chrono::seconds(seconds), seed, false);
    return 0;
  }
  return run_checks(unfenced, std::chrono::seconds(seconds), seed);
}

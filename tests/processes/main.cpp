// Eight processes on one file, each doing something else with it, killed and replaced all the
// while. Nobody may be told that the file is locked, nothing acknowledged may be missing.

#include "fnstore/fnstore.h"
#include "fnstore/safekeeping.h"

#include "crowd.h"
#include "roles.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

namespace {

/// What the log may grow to before a writer waits for its readers, and some transactions more of
/// those who do not yet know how long it is.
constexpr std::uint64_t most_log_bytes = std::uint64_t{96} << 20;

std::string missing_call(const std::string& path, const CrowdResult& result) {
  fnstore::StoreOptions options;
  options.background_packing = false;
  const fnstore::Store store = fnstore::Store::open(path, options);
  std::set<std::pair<std::string, std::string>> found;
  for (const fnstore::Call& call : store.calls({.per_page = 1'000})) {
    if (!found.emplace(call.fn_id, call.id).second) return call.id + " is listed twice";
  }
  for (const auto& [fn_id, id] : result.acknowledged) {
    if (found.count({fn_id, id}) == 0) return id + " of " + fn_id + " was acknowledged and is lost";
  }
  if (store.info().calls != found.size()) return "info counts otherwise";
  return {};
}

std::string damage(const std::string& path) {
  const fnstore::Verification verified = fnstore::Safekeeping::verify_file(path);
  if (verified.ok()) return {};
  return verified.problems.front().where + ": " + verified.problems.front().what;
}

void add_problem(CrowdResult& result, std::string problem) {
  if (!problem.empty()) result.problems.push_back(std::move(problem));
}

int run(const CrowdOptions& options) {
  std::string folder = (std::filesystem::temp_directory_path() / "fnstore-many-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  const std::string path = folder + "/shared.db";
  CrowdResult result = run_crowd(path, options);
  add_problem(result, damage(path));
  add_problem(result, missing_call(path, result));
  if (result.largest_log > most_log_bytes) add_problem(result, "the log grew beyond all bounds");
  const std::set<std::string_view> roles(options.roles.begin(), options.roles.end());
  for (const std::string_view role : roles) {
    const std::string name(role);
    if (result.rounds[name] == 0) add_problem(result, name + " never came to its end");
    fmt::print("{:12} {:7} rounds, the longest {:5} ms\n", role, result.rounds[name],
               result.longest_ms[name]);
  }
  fmt::print(
      "seed {}: {} processes, {} s, {} kills, {} ends, {} acknowledged calls checked, the "
      "log at most {} KiB, the file {} KiB\n",
      options.seed, options.roles.size(), options.time.count(), result.kills, result.ends,
      result.acknowledged.size(), result.largest_log / 1'024,
      std::filesystem::file_size(path) / 1'024);
  for (const std::string& problem : result.problems) fmt::print("FAILED {}\n", problem);
  if (result.problems.empty()) {
    std::filesystem::remove_all(folder);
  } else {
    fmt::print("kept: {}\n", folder);
  }
  fmt::print("{} passed, {} failed\n", result.problems.empty() ? 1 : 0, result.problems.size());
  return result.problems.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Many processes on one file, killed and replaced", "test-processes");
  std::vector<std::string> role;
  long seconds = 10;
  bool long_readers = false;
  std::uint64_t seed = 1;
  app.add_option("--role", role, "be one of them: ROLE PATH SEED")->expected(3);
  app.add_option("--seconds", seconds, "how long");
  app.add_option("--seed", seed, "of the kills and the calls");
  app.add_flag("--long-readers", long_readers, "only fast writers and slow readers, for the log");
  CLI11_PARSE(app, argc, argv);
  if (!role.empty()) return play(role[0], role[1], std::stoull(role[2]));
  CrowdOptions options{
      .time = std::chrono::seconds(seconds), .seed = seed, .replaced = !long_readers};
  if (long_readers) {
    options.roles = {"write-fast", "write-fast", "read-slow", "read-slow", "read-slow"};
  } else {
    options.roles.assign(role_names.begin(), role_names.begin() + 8);
  }
  return run(options);
}

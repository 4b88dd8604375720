#include "prune_arguments.h"

#include "failure.h"
#include "given_option.h"
#include "harmless.h"
#include "time_argument.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <string_view>

namespace fnstore::query {
namespace {

constexpr const char* prune_footer =
    "Only calls that have ended are deleted, each with its log, request and result; a\n"
    "waiting or running one never is. All that is given must hold: --older-than 30d\n"
    "--keep-last 100 deletes what is older than 30 days, but of no function one of\n"
    "the newest 100. --max-size deletes the oldest until the store needs no more.\n"
    "Blocks that go whole are not read, other writers go on meanwhile, and the space\n"
    "goes back to the file system. --dry-run deletes nothing.\n"
    "\n"
    "A policy is stored in the file and applied once a minute by any program that has\n"
    "the store open for writing. Of its rules the most special decides: for function\n"
    "and status, then function, then status, then all. A rule without limits keeps\n"
    "its calls for good.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db prune --older-than 30d --dry-run\n"
    "  fnstore-query --db history.db prune --status success --keep-last 1000\n"
    "  fnstore-query --db history.db prune resize --max-size 500M\n"
    "  fnstore-query --db history.db prune --set-policy --older-than 90d\n"
    "  fnstore-query --db history.db prune --set-policy audit --older-than 3650d\n"
    "  fnstore-query --db history.db prune --show-policy\n";

std::optional<std::uint64_t> parse_number(std::string_view text, std::string_view* rest) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{}) return std::nullopt;
  *rest = text.substr(static_cast<std::size_t>(parsed.ptr - text.data()));
  return value;
}

/// 1024 to the power that a unit stands for: "", "K", "KiB", "M", ...
std::optional<unsigned> power_of(std::string_view unit) {
  if (unit.ends_with("iB")) unit.remove_suffix(2);
  if (unit.empty()) return 0;
  constexpr std::string_view letters = "KMGT";
  const std::size_t at = letters.find(unit.front() == 'k' ? 'K' : unit.front());
  if (unit.size() > 1 || at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at) + 1;
}

}  // namespace

std::optional<std::chrono::milliseconds> PruneArguments::age() const {
  if (!older_than) return std::nullopt;
  return parse_age_argument("--older-than", *older_than);
}

std::optional<std::uint64_t> PruneArguments::calls_to_keep() const {
  if (!keep_last) return std::nullopt;
  std::string_view rest;
  const auto number = parse_number(*keep_last, &rest);
  if (number && rest.empty() && *number <= std::uint64_t{1} << 62) return number;
  throw UsageError(fmt::format("--keep-last: {} is not a number of calls; give an integer from 0",
                               in_quotes(*keep_last)));
}

std::optional<std::uint64_t> PruneArguments::bytes() const {
  if (!max_size) return std::nullopt;
  std::string_view rest;
  const auto number = parse_number(*max_size, &rest);
  const auto power = number ? power_of(rest) : std::nullopt;
  constexpr std::uint64_t most = std::uint64_t{1} << 62;
  if (number && power && *number <= most >> (10 * *power)) return *number << (10 * *power);
  throw UsageError(
      fmt::format("--max-size: {} is not a size; give bytes, or a number with K, M, G "
                  "or T (1024 bytes and so on)",
                  in_quotes(*max_size)));
}

std::vector<Status> PruneArguments::states() const {
  std::vector<Status> states;
  for (const std::string& word : status) {
    const Status state = parse_status(word);
    if (std::ranges::count(states, state) == 0) states.push_back(state);
  }
  return states;
}

void define_prune_arguments(CLI::App& app, PruneArguments& arguments) {
  app.add_option("FN_ID", arguments.fn_id, "Only calls of this function. Default: all functions");
  add_given_option(app, "--older-than", arguments.older_than, "AGE",
                   "Only calls created longer ago than that (90s 15m 36h 7d 2w)");
  add_given_option(app, "--keep-last", arguments.keep_last, "N",
                   "Of each function, not the newest N (of the states given)");
  add_given_option(app, "--max-size", arguments.max_size, "BYTES",
                   "The oldest calls, until the store needs at most so much: bytes, or a number "
                   "with K, M, G or T");
  app.add_option("--status", arguments.status,
                 "Only calls in this state. May be given several times")
      ->type_name("success|error|cancelled")
      ->allow_extra_args(false);
  app.add_flag("--dry-run", arguments.dry_run, "Only say how many calls would go");
  app.add_flag("--set-policy", arguments.set_policy,
               "Store what is given as the rule for FN_ID and each --status, to be applied from "
               "now on");
  app.add_flag("--clear-policy", arguments.clear_policy,
               "Forget the rules for FN_ID and each --status; without both, the whole policy");
  app.add_flag("--show-policy", arguments.show_policy, "Print the policy");
  app.footer(prune_footer);
}

}  // namespace fnstore::query

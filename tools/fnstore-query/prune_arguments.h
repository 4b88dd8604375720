#pragma once

#include "fnstore/retention.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace fnstore::query {

/// The command line of `prune`, as typed.
struct PruneArguments {
  std::string fn_id;
  std::optional<std::string> older_than;
  std::optional<std::string> keep_last;
  std::optional<std::string> max_size;
  std::vector<std::string> status;
  bool dry_run = false;
  bool set_policy = false;
  bool clear_policy = false;
  bool show_policy = false;

  /// What the options for limits and the like say. All throw UsageError.
  std::optional<std::chrono::milliseconds> age() const;
  std::optional<std::uint64_t> calls_to_keep() const;
  std::optional<std::uint64_t> bytes() const;
  std::vector<Status> states() const;
};

/// Declares them, with the command's help. `arguments` must outlive `app`'s parsing.
void define_prune_arguments(CLI::App& app, PruneArguments& arguments);

}  // namespace fnstore::query

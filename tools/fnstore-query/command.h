#pragma once

#include "session.h"

#include <functional>
#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace fnstore::query {

/// Does the work and returns the exit status. Failures are thrown: UsageError, Error, BrokenPipe.
using Run = std::function<int(const Session&)>;

struct Command {
  std::string_view name;
  std::string_view summary;  ///< one line
  /// Declares arguments, options and, as footer, details and examples: help, manual page and
  /// completion are made from these. The value name of an option that takes one of some values
  /// lists them ("fn|app|type"): any other is refused then. FILE is completed as a file, FN_ID as a
  /// function, CALL_ID as a call of it. What it returns runs after parsing and owns the parsed
  /// values.
  Run (*define)(CLI::App& app);
};

/// Every command, in the order of the help.
std::span<const Command> commands();

Run define_list(CLI::App& app);
Run define_get(CLI::App& app);
Run define_log(CLI::App& app);
Run define_import(CLI::App& app);
Run define_export(CLI::App& app);
Run define_tail(CLI::App& app);
Run define_prune(CLI::App& app);
Run define_delete(CLI::App& app);
Run define_compact(CLI::App& app);
Run define_cancel(CLI::App& app);
Run define_retry(CLI::App& app);
Run define_stats(CLI::App& app);
Run define_top(CLI::App& app);
Run define_info(CLI::App& app);
Run define_sql(CLI::App& app);
Run define_completion(CLI::App& app);
Run define_verify(CLI::App& app);
Run define_backup(CLI::App& app);
Run define_restore(CLI::App& app);

}  // namespace fnstore::query

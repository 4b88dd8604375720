#include "fnstore/safekeeping.h"

#include "byte_progress.h"
#include "command.h"
#include "copy_report.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace fnstore::query {
namespace {

struct RestoreArguments {
  std::string file;
  bool force = false;
};

constexpr const char* restore_footer =
    "Verifies the backup FILE, copies it beside the store, verifies the copy and puts\n"
    "it in the store's place. A damaged backup is refused and nothing is changed. The\n"
    "old store stays until the new one is complete and on the disk; programs that\n"
    "have it open get an error that says so and must open it anew. Prints\n"
    "{\"bytes\":N,\"calls\":N}. FILE stays as it is. A restore that is killed may leave a\n"
    "file named like the store with .new- and six letters; it can be deleted.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db restore history.backup --force\n"
    "  fnstore-query --db elsewhere.db restore history.backup\n";

std::optional<CopyCounts> restore_store(const RestoreArguments& arguments, const Session& session,
                                        const StopSignals& signals) {
  ByteProgress progress("restore", session.terminal, signals);
  CopyOptions options;
  options.force = arguments.force;
  options.progress = progress.function();
  const auto counts = Safekeeping::restore(arguments.file, session.store_path(), options);
  if (counts) progress.finish();
  return counts;
}

int run(const RestoreArguments& arguments, const Session& session) {
  const StopSignals signals;
  return report_copy(restore_store(arguments, session, signals), "stopped: nothing was changed",
                     signals, session);
}

}  // namespace

Run define_restore(CLI::App& app) {
  const auto arguments = std::make_shared<RestoreArguments>();
  app.add_option("FILE", arguments->file, "The backup")->required();
  app.add_flag("--force", arguments->force, "Replace the store when there is one");
  app.footer(restore_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

#include "fnstore/safekeeping.h"

#include "byte_progress.h"
#include "command.h"
#include "copy_report.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace fnstore::query {
namespace {

struct BackupArguments {
  std::string file;
  bool force = false;
};

constexpr const char* backup_footer =
    "Copies the store as it is at one moment, while others may go on writing. FILE is\n"
    "a store by itself, mode 0600; it appears when it is complete and on the disk.\n"
    "Prints {\"bytes\":N,\"calls\":N}. Copy FILE wherever you like with any tool; a store\n"
    "in use must not be copied that way.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db backup history.backup\n"
    "  fnstore-query --db history.db backup \"history-$(date +%F).db\" --force\n";

std::optional<CopyCounts> back_up(const BackupArguments& arguments, const Session& session,
                                  const StopSignals& signals) {
  const Store store = session.open_to_read();
  ByteProgress progress("backup", session.terminal, signals);
  CopyOptions options;
  options.force = arguments.force;
  options.progress = progress.function();
  const auto counts = Safekeeping(store).backup(arguments.file, options);
  if (counts) progress.finish();
  return counts;
}

int run(const BackupArguments& arguments, const Session& session) {
  const StopSignals signals;
  return report_copy(back_up(arguments, session, signals), "stopped: no backup was made", signals,
                     session);
}

}  // namespace

Run define_backup(CLI::App& app) {
  const auto arguments = std::make_shared<BackupArguments>();
  app.add_option("FILE", arguments->file, "The file to write")->required();
  app.add_flag("--force", arguments->force, "Replace FILE when it exists");
  app.footer(backup_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query

#include "command.h"

#include <array>

namespace fnstore::query {

std::span<const Command> commands() {
  static constexpr std::array all{
      Command{"list", "List calls, newest first, one page or all", define_list},
      Command{"get", "Show one call with everything it carries", define_get},
      Command{"log", "Write the log of one call, byte for byte", define_log},
      Command{"import", "Read calls from a file or standard input", define_import},
      Command{"export", "Write whole calls in a form that import takes back", define_export},
      Command{"stats", "Sum up calls: counts, error rate, run and waiting times", define_stats},
      Command{"top", "Show the functions that matter most", define_top},
      Command{"tail", "Show the newest calls, and each that is recorded from then on", define_tail},
      Command{"prune", "Delete finished calls by age, number, size or status", define_prune},
      Command{"delete", "Delete one finished call with its log", define_delete},
      Command{"cancel", "End a call that waits or runs", define_cancel},
      Command{"retry", "Queue a call that has ended once more", define_retry},
      Command{"compact", "Give back to the file system what no call needs", define_compact},
      Command{"info", "Show what the store holds and how big it is", define_info},
      Command{"sql", "Ask anything of the history in SQL", define_sql},
      Command{"completion", "Print what makes a shell complete commands", define_completion},
      Command{"verify", "Look for damage in everything the store holds", define_verify},
      Command{"backup", "Copy the store while it is in use", define_backup},
      Command{"restore", "Put a backup in the store's place", define_restore},
  };
  return all;
}

}  // namespace fnstore::query

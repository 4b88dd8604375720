#include "help_texts.h"

#include <algorithm>
#include <array>

namespace fnstore::run {
namespace {

constexpr HelpText program{
    "fnstore-run", description, "Usage: fnstore-run [--db FILE] COMMAND [ARGS]\n\n",
    "`fnstore-run COMMAND --help` tells more.\n"
    "\n"
    "Examples:\n"
    "  fnstore-run --db history.db exec backup --timeout 3600 -- rsync -a src/ dst/\n"
    "  fnstore-run --db history.db submit thumbnail -- convert big.png small.png\n"
    "  fnstore-run --db history.db worker --concurrency 4"};

constexpr HelpText exec{
    "exec", "Run a command and record it as a sync call",
    "Usage: fnstore-run [--db FILE] exec FN_ID [OPTIONS] -- CMD ARG...\n"
    "\n"
    "Runs a command as a sync call of the function FN_ID and waits for it. The command's input "
    "and\n"
    "output are this process's own; its stderr is passed on and also kept as the call's log, up "
    "to\n"
    "1 MiB. No shell is involved. The call can be seen as `running` while it lasts.\n",
    "The command runs in a process group of its own, with descriptors above 2 closed. Its\n"
    "environment holds PATH HOME LANG LC_* TZ TERM USER LOGNAME SHELL TMPDIR, what --env names, "
    "and\n"
    "FNSTORE_CALL_ID, FNSTORE_FN_ID, FNSTORE_ATTEMPT and, with --timeout, FNSTORE_DEADLINE.\n"
    "At the timeout the group gets SIGTERM, and 2 s later SIGKILL. SIGINT, SIGTERM, SIGHUP and\n"
    "SIGQUIT to fnstore-run are passed on to the group, SIGKILL follows 2 s later as well.\n"
    "What the command leaves in the background when it ends is let be, but loses its stderr.\n"
    "At a terminal, fnstore-run dies of SIGINT itself when Ctrl-C has ended the command or made\n"
    "the SIGKILL necessary, so that a loop around it ends too.\n"
    "\n"
    "Exit status: the command's own; 128 + signal when it was killed; 124 timeout; 125 the store\n"
    "failed (stderr tells whether the command was run); 126 not executable; 127 not found;\n"
    "2 this command line makes no sense, nothing was run.\n"
    "\n"
    "Examples:\n"
    "  export FNSTORE_DB=history.db\n"
    "  echo hello | fnstore-run exec greet -- tr a-z A-Z\n"
    "  fnstore-run exec report --timeout 60 --memory 512 -- ./report --daily\n"
    "  fnstore-run exec deploy --app shop --env SSH_AUTH_SOCK --env STAGE=test -- ./deploy.sh\n"
    "  fnstore-run exec count -- sh -c 'ls | wc -l'"};

constexpr HelpText submit{
    "submit", "Queue a command as an async call, for a worker",
    "Usage: fnstore-run [--db FILE] submit FN_ID [OPTIONS] -- CMD ARG...\n"
    "\n"
    "Records a command as an async call of the function FN_ID, prints the call's id and returns "
    "at\n"
    "once. From then on the call survives everything: `fnstore-run worker` runs it, the highest\n"
    "priority first, and within one in the order in which they were queued.\n",
    "The command is recorded with the call, in the annotation fnstore.argv, so do not put secrets\n"
    "into its arguments. It finds the environment of the worker that runs it, as `exec --help`\n"
    "tells; its output is kept as the call's result, its stderr as the log, 1 MiB of each.\n"
    "\n"
    "Exit status: 0 queued; 125 the store failed, or stdout: then stderr tells the id; 2 this\n"
    "command line makes no sense or the input cannot be read, nothing was queued.\n"
    "\n"
    "Examples:\n"
    "  export FNSTORE_DB=history.db\n"
    "  fnstore-run submit thumbnail --priority 2 -- convert big.png small.png\n"
    "  fnstore-run submit reminder --delay 3600 --key reminder-7 -- ./remind.sh 7\n"
    "  fnstore-run submit upper --input text.txt -- tr a-z A-Z"};

constexpr HelpText detach{
    "detach", "Start a command that goes on by itself",
    "Usage: fnstore-run [--db FILE] detach FN_ID [OPTIONS] -- CMD ARG...\n"
    "\n"
    "Starts a command as a detached call of the function FN_ID and prints the call's id once it "
    "has\n"
    "started. The command goes on after that, in a session of its own, with none of the caller's\n"
    "descriptors and no input; its output is kept as the call's result, its stderr as the log, "
    "1 MiB\n"
    "of each, and its end is recorded.\n",
    "`fnstore-query cancel FN_ID ID` ends it. It is never run twice: when the process that "
    "watches\n"
    "over it is killed, the call ends with the error `lost`.\n"
    "\n"
    "Exit status: 0 it has started; 1 it has not, and never will (error `not_placed`); 125 the "
    "store\n"
    "failed; 2 this command line makes no sense.\n"
    "\n"
    "Example:\n"
    "  id=$(fnstore-run --db history.db detach rebuild --timeout 3600 -- make -j2)"};

constexpr HelpText worker{
    "worker", "Run what was submitted",
    "Usage: fnstore-run [--db FILE] worker [OPTIONS]\n"
    "\n"
    "Runs the commands that `submit` queued, several at once, until it gets SIGTERM or SIGINT. "
    "Any\n"
    "number of workers may share a store. One that is idle sleeps, and costs nothing.\n",
    "On SIGTERM or SIGINT it takes nothing new, lets running commands end within --patience "
    "seconds,\n"
    "then ends them and hands their calls back to the queue, and exits with 0; a second signal\n"
    "ends the patience. The calls of a worker that is killed are handed out again within 15 s,\n"
    "with FNSTORE_ATTEMPT counted up, and a late result of the old attempt is refused: a command\n"
    "may run more than once, and its end is recorded once.\n"
    "\n"
    "When a restore exchanges the store under it, the worker says so, within 30 s or as soon as\n"
    "something is queued. Then it ends as on SIGTERM, but with 125, and no end of what it ran is\n"
    "recorded. Start it anew: it works on the store that is there then.\n"
    "\n"
    "Exit status: 0 ended as asked; 125 the store failed or was exchanged; 2 this command\n"
    "line makes no sense.\n"
    "\n"
    "Examples:\n"
    "  fnstore-run --db history.db worker --concurrency 4\n"
    "  fnstore-run --db history.db worker --drain"};

}  // namespace

const HelpText& help_text(std::string_view command) {
  static constexpr std::array all{&exec, &submit, &detach, &worker};
  const auto* const found =
      std::ranges::find_if(all, [&](const HelpText* text) { return text->name == command; });
  return found == all.end() ? program : **found;
}

}  // namespace fnstore::run

"""A shell on a terminal, and what the tab key makes of a line in it."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

from query_testing import ENVIRONMENT, TOOL

START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
PREPARE = {
    "bash": "PS1='READY> '; bind 'set enable-bracketed-paste off'; ",
    "zsh": "unset zle_bracketed_paste; PS1='READY> '; setopt no_beep; bindkey -e; "
           "fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D; ",
}
SECONDS = 60


def environment(folder):
    """With the built tools in front, and a folder to be at home in."""
    return {**ENVIRONMENT, "PATH": f"{TOOL.parent}:{ENVIRONMENT['PATH']}", "HOME": str(folder),
            "TERM": "dumb"}


def is_there(shell):
    """Says why when a shell cannot be tried."""
    if shutil.which(shell):
        return True
    print(f"not tried: there is no {shell} here (tools/setup --ci installs it)")
    return False


def script(program, shell):
    words = ["--completion", shell] if program == "fnstore-run" else ["completion", shell]
    return subprocess.run([TOOL.parent / program, *words], check=True, capture_output=True,
                          timeout=60).stdout.decode()


class ShellLine:
    """An interactive shell in `folder` that has loaded the completions of both programs. With
    `installed`, they are where zsh finds them by itself."""

    def __init__(self, shell, folder, installed=False):
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(START[shell], cwd=folder, env=environment(folder),
                                        stdin=theirs, stdout=theirs, stderr=theirs,
                                        start_new_session=True)
        os.close(theirs)
        self.seen = b""
        sources = []
        for program in ("fnstore-query", "fnstore-run"):
            file = folder / (f"functions/_{program}" if installed else f"{program}.{shell}")
            file.parent.mkdir(exist_ok=True)
            file.write_text(script(program, shell))
            sources.append("true" if installed else f"source ./{file.name}")
        self.send(PREPARE[shell] + "; ".join(sources) + "; echo PRE''PARED\r")
        self.wait_for(rb"PREPARED\r\n.*READY> ")

    def send(self, text):
        os.write(self.ours, text.encode())

    def wait_for(self, pattern):
        """Returns the match in what came since the last one."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = re.search(pattern, self.seen, re.DOTALL)
            if found:
                self.seen = self.seen[found.end():]
                return found
            if select.select([self.ours], [], [], 1)[0]:
                self.seen += os.read(self.ours, 65536)
        raise TimeoutError(f"no {pattern} in {self.seen[-2000:]}")

    def words(self, typed):
        """The words of the command line that is there after a line has been typed, as the shell
        would hand them to the program. Tabs in it are the tab key."""
        self.send(typed)
        # To the start of the line, something before it that prints words, and enter.
        self.send("\x01printf '[%s]\\n' START \x05 END\r")
        found = self.wait_for(rb"\[START\]\r\n(.*?)\[END\]\r\n")
        self.wait_for(rb"READY> ")
        return re.findall(r"^\[(.*)\]$", found[1].decode().replace("\r\n", "\n"), re.MULTILINE)

    def close(self):
        self.process.kill()
        self.process.wait(timeout=SECONDS)
        os.close(self.ours)


def bash_candidates(folder, line, program="fnstore-query"):
    """What the function of a program's bash completion offers at the end of a line."""
    words = re.findall(r"[=:]+|(?:\\.|[^\s=:\\])+", line)
    if line.endswith((" ", "\t")):
        words.append("")
    function = "_" + program.replace("-", "_")
    asked = ('source /dev/stdin; COMP_LINE=$1; COMP_POINT=${#1}; shift; COMP_WORDS=("$@"); '
             f'COMP_CWORD=$(($# - 1)); COMP_WORDBREAKS=$\' \\t\\n"\\\'><=;|&(:\'; {function}; '
             '((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"; true')
    done = subprocess.run(["bash", "--norc", "-c", asked, "bash", line, *words], cwd=folder,
                          env=environment(folder), input=script(program, "bash").encode(),
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.decode().splitlines()


def fish_candidates(folder, line, program="fnstore-query"):
    """What fish offers at the end of a line, with descriptions after a tab."""
    (folder / "completion.fish").write_text(script(program, "fish"))
    done = subprocess.run(
        ["fish", "--no-config", "-c", "source completion.fish; complete --do-complete $argv[1]",
         line],
        cwd=folder, env=environment(folder), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.decode().splitlines()

"""Golden transcripts: a file of shell commands with what each must print.

A line starts with two characters that say what it is:

    #     a remark
    $     a command, run by sh in a folder of its own that the whole transcript shares
    >     the next line of that command (a here-document, mostly)
    |     a line of its standard output;  ~ the same, when the output ends without a newline
    !     a line of its standard error
    =     its exit status, when that is not 0
    %     PATTERN => TEXT: what cannot be the same twice is replaced before it is compared
    @     the settings of the steps that follow, as in settings.py; nothing after it: the default
    :     what follows is what it printed in these of the settings, where that differs

On a terminal both streams come as |.

The folder's own path is replaced by FOLDER. Bytes that a text file should not hold are written as
the hexadecimal number in angle brackets: the escape character is U+27E8 1b U+27E9.
"""

import os
import re
import subprocess
import tempfile

import settings
from terminal import run_on_terminal

OPEN, CLOSE = "\u27e8", "\u27e9"


class Step:
    """A command with its expected lines, the lines that stand before it, and the values of each of
    its settings."""

    def __init__(self, number, before, command, choices):
        self.number = number
        self.before = before
        self.command = command
        self.choices = choices
        self.expected = []


class Transcript:
    def __init__(self, path):
        self.path = path
        self.steps = []
        self.patterns = []
        self.after = []
        self._parse()

    def _parse(self):
        before = []
        choices = {}
        with open(self.path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for number, line in enumerate(lines[:-1], 1):
            kind = line[:1]
            if kind == "$":
                self.steps.append(Step(number, before, [line], choices))
                before = []
            elif kind == ">" and self.steps:
                self.steps[-1].command.append(line)
            elif kind and kind in "|~!=:" and self.steps:
                self.steps[-1].expected.append(line)
            elif kind == "%":
                pattern, text = line[2:].split(" => ", 1)
                self.patterns.append((re.compile(pattern), text))
                before.append(line)
            elif kind == "@":
                choices = settings.parse(line[1:])
                before.append(line)
            elif kind in ("", "#"):
                before.append(line)
            else:
                raise ValueError(f"{self.path}:{number}: what is this line? {line!r}")
        self.after = before

    def run(self, tools):
        """Yields each step with the lines its command really gave."""
        with tempfile.TemporaryDirectory(prefix="fnstore-transcript-") as folder:
            self.environment = {
                "PATH": tools + os.pathsep + "/usr/bin:/bin",
                "HOME": folder,
                "TZ": "UTC",
                "TERM": "xterm",
            }
            for step in self.steps:
                yield step, self._run_step(step, os.path.realpath(folder))

    def _run_step(self, step, folder):
        """What it gave in each setting, once where it is the same."""
        groups = {}
        for setting in settings.combinations(step.choices):
            lines = tuple(self._run_once(step, setting, folder))
            groups.setdefault(lines, []).append(setting)
        if len(groups) == 1:
            return list(next(iter(groups)))
        lines = []
        for group, among in groups.items():
            lines += [": " + settings.heading(among, step.choices), *group]
        return lines

    def _run_once(self, step, setting, folder):
        script = "\n".join(line[2:] for line in step.command) + "\n"
        words = ["sh", "-c", script]
        options = {"cwd": folder, "stdin": subprocess.DEVNULL,
                   "env": {**self.environment, **settings.environment(setting)}}
        full = settings.whole(setting)
        if full["on"] == "terminal":
            status, seen = run_on_terminal(words, columns=int(full["columns"]), **options)
            return self._lines(status, seen.replace(b"\r\n", b"\n"), b"", folder)
        done = subprocess.run(words, capture_output=True, timeout=120, check=False, **options)
        return self._lines(done.returncode, done.stdout, done.stderr, folder)

    def _lines(self, status, stdout, stderr, folder):
        lines = []
        out = self._readable(stdout, folder)
        if out:
            whole = out.endswith("\n")
            parts = out[:-1].split("\n") if whole else out.split("\n")
            lines += [("| " + part).rstrip(" ") for part in parts]
            if not whole:
                lines[-1] = "~ " + parts[-1]
        error = self._readable(stderr, folder)
        if error:
            lines += [("! " + part).rstrip(" ") for part in error.rstrip("\n").split("\n")]
        if status != 0:
            lines.append(f"= {status}")
        return lines

    def _readable(self, data, folder):
        text = data.decode("utf-8", "surrogateescape").replace(folder, "FOLDER")
        for pattern, replacement in self.patterns:
            text = pattern.sub(replacement, text)

        def escape(match):
            character = ord(match.group())
            number = character - 0xDC00 if 0xDC80 <= character <= 0xDCFF else character
            return f"{OPEN}{number:02x}{CLOSE}"

        return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\udc80-\udcff]", escape, text)

    def write(self, results):
        lines = []
        for step, actual in results:
            lines += step.before + step.command + actual
        lines += self.after
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
